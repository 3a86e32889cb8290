package kairos;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;

/** Opens change streams: reads the options of `$changeStream` and finds the place to start from. */
final class Streams {

    private static final List<String> STARTS = List.of("resumeAfter", "startAfter", "startAtOperationTime");

    private final MongoBackend backend;
    private final ChangeLog log;
    private EventSize size = EventSize.DEFAULT;

    Streams(MongoBackend backend, ChangeLog log) {
        this.backend = backend;
        this.log = log;
    }

    /** The options of the stream that an `aggregate` command asks for, or null when it asks for something else. */
    static Document options(Document command) {
        if (command.get("pipeline") instanceof List<?> stages && !stages.isEmpty()
                && stages.get(0) instanceof Document first && first.get("$changeStream") instanceof Document options) {
            return options;
        }
        return null;
    }

    ChangeCursor open(long id, String database, Document command, Document options) {
        Object target = command.get("aggregate");
        boolean everything = Boolean.TRUE.equals(options.get("allChangesForCluster"));
        Scope scope = new Scope(everything ? null : database, target instanceof String name ? name : null);
        List<?> stages = (List<?>) command.get("pipeline");
        boolean split = size.isSplit(stages);
        Aggregation pipeline = Aggregation.fromPipeline(stages.subList(1, stages.size() - (split ? 1 : 0)),
            backend::resolveDatabase, backend.resolveDatabase(database), null, NoopOplog.get());
        Token start = start(options);
        boolean resumed = options.containsKey("resumeAfter") || options.containsKey("startAfter");
        // the reply to the first command must not hide that the log does not reach back to the start
        log.after(start.timestamp());
        ChangeCursor cursor = new ChangeCursor(id, log, scope, pipeline, completion(options), start,
            new EventSize(size.maxBytes(), split));
        if (resumed && !start.invalidate() && start.part() == 0) {
            cursor.endIfOverAt(log.at(start.timestamp()));
        }
        return cursor;
    }

    /** From now on events have at most so many bytes, and streams know how to split larger ones, or do not. */
    Document limit(Document command) {
        size = new EventSize(((Number) command.get("limitEvents")).intValue(), Boolean.TRUE.equals(command.get("splits")));
        return new Document("ok", 1.0);
    }

    private Token start(Document options) {
        if (STARTS.stream().filter(options::containsKey).count() > 1) {
            throw new MongoServerError(40674, "Only one type of resume option is allowed, but multiple were found.");
        }
        if (options.get("startAtOperationTime") instanceof BsonTimestamp time) {
            return new Token(time.getValue() - 1, false);
        }
        if (options.containsKey("startAfter")) {
            return Token.parse(options.get("startAfter"));
        }
        if (options.containsKey("resumeAfter")) {
            Token token = Token.parse(options.get("resumeAfter"));
            if (token.invalidate()) {
                throw new MongoServerError(260, "InvalidResumeToken", "Attempting to resume a change stream using "
                    + "'resumeAfter' is not allowed from an invalidate notification.");
            }
            return token;
        }
        return new Token(log.last(), false);
    }

    private UnaryOperator<Document> completion(Document options) {
        String mode = Objects.toString(options.get("fullDocument"), "default");
        if (mode.equals("required") || "required".equals(options.get("fullDocumentBeforeChange"))) {
            throw new MongoServerError(280, "ChangeStreamFatalError", "This server keeps no images of documents: "
                + "fullDocument and fullDocumentBeforeChange cannot be 'required'.");
        }
        return switch (mode) {
            case "updateLookup" -> this::withCurrentDocument;
            case "whenAvailable" -> event -> isUpdate(event) ? event.append("fullDocument", null) : event;
            default -> UnaryOperator.identity();
        };
    }

    private static boolean isUpdate(Document event) {
        return "update".equals(event.get("operationType"));
    }

    private Document withCurrentDocument(Document event) {
        if (!isUpdate(event)) {
            return event;
        }
        Document ns = (Document) event.get("ns");
        MongoCollection<?> collection = backend.resolveDatabase((String) ns.get("db"))
            .resolveCollection((String) ns.get("coll"), false);
        Stream<Document> found = collection == null ? Stream.empty()
            : collection.handleQueryAsStream((Document) event.get("documentKey"));
        return event.append("fullDocument", found.findFirst().map(Document::cloneDeeply).orElse(null));
    }
}
