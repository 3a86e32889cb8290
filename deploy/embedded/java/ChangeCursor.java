package kairos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import de.bwaldvogel.mongo.backend.AbstractCursor;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/** A place in the log. It reads on from its own position, so a batch costs what it holds, not what the log holds. */
final class ChangeCursor extends AbstractCursor {

    /** No reply holds more events than this, however large a batch was asked for. */
    static final int LARGEST_BATCH = 1000;

    private record Ready(Token token, Document event) {
    }

    private final ChangeLog log;
    private final Scope scope;
    private final Aggregation pipeline;
    private final UnaryOperator<Document> complete;
    private final EventSize size;
    private final Deque<Ready> ready = new ArrayDeque<>();
    private final Token start;
    private Token reached;
    private Token handedOut;
    private MongoServerError failure;

    ChangeCursor(long id, ChangeLog log, Scope scope, Aggregation pipeline, UnaryOperator<Document> complete, Token start,
            EventSize size) {
        super(id);
        this.log = log;
        this.scope = scope;
        this.pipeline = pipeline;
        this.complete = complete;
        this.size = size;
        this.start = start;
        // an event that was handed out in part is read again
        this.reached = new Token(start.timestamp() - (start.part() > 0 ? 1 : 0), false);
        this.handedOut = start.part() > 0 ? start : reached;
    }

    /** Reads the event of a resume point again, only to see whether the stream ended with it. */
    void endIfOverAt(ChangeLog.Event event) {
        if (event != null && scope.endsWith(event)) {
            end(event);
        }
    }

    @Override
    public boolean isEmpty() {
        return reached.invalidate() && ready.isEmpty();
    }

    /** Whether a batch would not be empty, or the stream is over. */
    boolean hasNews() {
        fill(1);
        return !ready.isEmpty() || failure != null || reached.invalidate();
    }

    @Override
    public List<Document> takeDocuments(int asked) {
        int limit = asked > 0 ? Math.min(asked, LARGEST_BATCH) : LARGEST_BATCH;
        fill(limit);
        if (failure != null && ready.isEmpty()) {
            throw failure;
        }
        List<Document> batch = new ArrayList<>();
        while (batch.size() < limit && !ready.isEmpty()) {
            Ready next = ready.poll();
            handedOut = next.token();
            batch.add(next.event());
        }
        return batch;
    }

    /** The token after the last batch: as far as the log was read, even when nothing matched. */
    Document resumeToken() {
        boolean atPart = handedOut.part() > 0 && handedOut.timestamp() == reached.timestamp();
        return (ready.isEmpty() && !atPart ? reached : handedOut).document();
    }

    private void fill(int wanted) {
        while (ready.size() < wanted && failure == null && !reached.invalidate()) {
            ChangeLog.Event event = log.after(reached.timestamp());
            if (event == null) {
                // nothing before the clock of the log can appear any more
                reached = new Token(Math.max(reached.timestamp(), log.last()), false);
                return;
            }
            reached = new Token(event.timestamp(), false);
            if (scope.contains(event)) {
                offer(complete.apply(event.document()));
            }
            if (scope.endsWith(event)) {
                end(event);
            }
        }
    }

    private void end(ChangeLog.Event event) {
        Document last = event.document();
        reached = new Token(event.timestamp(), true);
        offer(new Document("_id", reached.document())
            .append("operationType", "invalidate")
            .append("clusterTime", last.get("clusterTime"))
            .append("wallTime", last.get("wallTime")));
    }

    private void offer(Document event) {
        pipeline.runStagesAsStream(Stream.of(event)).forEach(this::offerResult);
    }

    private void offerResult(Document result) {
        if (!size.splits() && failure == null) {
            failure = size.tooLarge(result);
        }
        if (failure != null) {
            return;
        }
        List<Document> parts = size.splits() ? size.parts(result) : List.of(result);
        if (parts.size() == 1) {
            ready.add(new Ready(reached, result));
            return;
        }
        int first = reached.timestamp() == start.timestamp() ? start.part() + 1 : 1;
        for (int part = first; part <= parts.size(); part++) {
            Token token = new Token(reached.timestamp(), reached.invalidate(), part);
            ready.add(new Ready(token, parts.get(part - 1).append("_id", token.document())));
        }
    }
}
