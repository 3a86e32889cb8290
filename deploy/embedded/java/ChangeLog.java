package kairos;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * The ordered, bounded log of ready change events. Every access holds the monitor of the log: commands run one at a time,
 * so the order of the log is the order of the writes.
 */
final class ChangeLog {

    /** One event: where it happened, what it was, and the event itself as BSON. `to` is set for a rename. */
    record Event(long timestamp, String operation, String namespace, String to, byte[] bson) {
        Document document() {
            return Bytes.decode(bson);
        }
    }

    private final Clock clock;
    private final TreeMap<Long, Event> events = new TreeMap<>();
    private final Set<Runnable> waiters = new LinkedHashSet<>();
    private final int maxEvents;
    private final long maxBytes;
    private long bytes;
    private long last;
    private long trimmed;
    private boolean grown;
    private Journal journal = Journal.NONE;
    private boolean recording = true;

    ChangeLog(int maxEvents, long maxBytes, Clock clock) {
        this.clock = clock;
        this.maxEvents = maxEvents;
        this.maxBytes = maxBytes;
        // a token from before this server's birth points to a history it does not have
        last = next();
        trimmed = last - 1;
    }

    void journal(Journal target) {
        journal = target;
    }

    Journal journal() {
        return journal;
    }

    /** Whether writes become events; off while old data is read back. */
    void recording(boolean on) {
        recording = on;
    }

    boolean recording() {
        return recording;
    }

    /** The server's time. */
    Instant now() {
        return Instant.now(clock);
    }

    private long next() {
        return Math.max(last + 1, now().getEpochSecond() << 32 | 1);
    }

    /** Appends an event; `after` is the whole document after an update, for the journal only. */
    void append(String operation, String namespace, String to, Document fields, Document after) {
        if (!recording || Scope.isInternal(namespace)) {
            return;
        }
        long timestamp = next();
        Document event = new Document("_id", Token.event(timestamp))
            .append("operationType", operation)
            .append("clusterTime", new BsonTimestamp(timestamp))
            .append("wallTime", now())
            .append("ns", namespaceDocument(namespace));
        event.putAll(fields);
        byte[] bson = Bytes.encode(event);
        journal.event(bson, after);
        add(new Event(timestamp, operation, namespace, to, bson));
        trim(maxEvents);
    }

    /** Puts an event read back from the journal at its old place. */
    void restore(Document event, byte[] bson) {
        long timestamp = ((BsonTimestamp) event.get("clusterTime")).getValue();
        String to = event.get("to") instanceof Document target ? namespaceOf(target) : null;
        add(new Event(timestamp, (String) event.get("operationType"), namespaceOf((Document) event.get("ns")), to, bson));
        trim(maxEvents);
    }

    Document clock() {
        return new Document("trimmed", trimmed).append("last", last);
    }

    /** Takes over the clock of the server that wrote the journal, so that its tokens stay good. */
    void restoreClock(Document state) {
        trimmed = (Long) state.get("trimmed");
        last = (Long) state.get("last");
        events.headMap(trimmed, true).clear();
        bytes = events.values().stream().mapToLong(event -> event.bson().length).sum();
    }

    private void add(Event event) {
        events.put(event.timestamp(), event);
        bytes += event.bson().length;
        last = Math.max(last, event.timestamp());
        grown = true;
    }

    private void trim(int keep) {
        while (events.size() > keep || bytes > maxBytes) {
            Event oldest = events.pollFirstEntry().getValue();
            bytes -= oldest.bson().length;
            trimmed = oldest.timestamp();
        }
    }

    /** Drops all but the newest events, as a full log would. */
    int trimTo(int keep) {
        trim(keep);
        // a tick of the clock, so that a stream can start at the time of the reply
        last = next();
        journal.clock(clock());
        return events.size();
    }

    /** The answer to `find` in `local.oplog.rs`, whatever is asked: the time from which on everything is kept. */
    Document oldest() {
        List<Document> entries = List.of(new Document("ts", new BsonTimestamp(trimmed)));
        Document cursor = new Document("id", 0L).append("ns", "local.oplog.rs").append("firstBatch", entries);
        return new Document("cursor", cursor);
    }

    /** The first event after a position, or null; error 286 when the log no longer reaches back that far. */
    Event after(long position) {
        if (position < trimmed) {
            throw new MongoServerError(286, "ChangeStreamHistoryLost",
                "Resume of change stream was not possible, as the resume point may no longer be in the oplog.");
        }
        Map.Entry<Long, Event> entry = events.higherEntry(position);
        return entry == null ? null : entry.getValue();
    }

    Event at(long timestamp) {
        return events.get(timestamp);
    }

    List<Event> all() {
        return List.copyOf(events.values());
    }

    int size() {
        return events.size();
    }

    long last() {
        return last;
    }

    void await(Runnable waiter) {
        waiters.add(waiter);
    }

    void forget(Runnable waiter) {
        waiters.remove(waiter);
    }

    /** Called at the end of each command: what it wrote is on its way to disk, and the waiting streams hear of it. */
    void commandDone() {
        journal.flush();
        if (grown) {
            grown = false;
            List<Runnable> woken = List.copyOf(waiters);
            waiters.clear();
            woken.forEach(Runnable::run);
        }
    }

    private static Document namespaceDocument(String namespace) {
        int dot = namespace.indexOf('.');
        if (dot < 0) {
            return new Document("db", namespace);
        }
        return new Document("db", namespace.substring(0, dot)).append("coll", namespace.substring(dot + 1));
    }

    private static String namespaceOf(Document ns) {
        return ns.containsKey("coll") ? ns.get("db") + "." + ns.get("coll") : (String) ns.get("db");
    }
}
