package kairos;

import java.util.List;
import java.util.Map;
import java.util.Set;

import de.bwaldvogel.mongo.backend.Cursor;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;

/** The server's commands: those of the library, one at a time, and our own where change streams need more. */
final class Backend extends MemoryBackend {

    static final Channel NO_CHANNEL = new EmbeddedChannel();

    private static final int FIRST_BATCH = 101;
    private static final Set<String> SCHEMA_COMMANDS = Set.of("create", "createIndexes", "dropIndexes");

    private final ChangeLog log;
    private final Streams streams;
    private final FailPoint failPoint = new FailPoint();

    Backend(ChangeLog log) {
        this.log = log;
        this.streams = new Streams(this, log);
        version(new Version());
        enableOplog();
    }

    @Override
    public MemoryDatabase openOrCreateDatabase(String name) {
        return new LoggedDatabase(name, getCursorRegistry(), log);
    }

    @Override
    protected Oplog createOplog() {
        return new DropsOnly();
    }

    /** The collections log their documents themselves; only the end of a collection comes this way. */
    private final class DropsOnly implements Oplog {
        @Override
        public void handleInsert(String namespace, List<Document> documents) {
            // see LoggedCollection.addDocument
        }

        @Override
        public void handleUpdate(String namespace, Document selector, Document query, List<Object> ids) {
            // see LoggedCollection.handleUpdate
        }

        @Override
        public void handleDelete(String namespace, Document query, List<Object> ids) {
            // see LoggedCollection.removeDocument
        }

        @Override
        public void handleDropCollection(String namespace) {
            log.append("drop", namespace, null, new Document(), null);
        }

        @Override
        public Cursor createCursor(Document options, String namespace, Aggregation aggregation) {
            throw new UnsupportedOperationException("streams are opened in Streams");
        }
    }

    @Override
    public Document handleCommand(Channel channel, String database, String command, Document query) {
        synchronized (log) {
            try {
                // a copy, because the reply is encoded after the monitor is left
                Document reply = answer(channel, database, command, query).cloneDeeply();
                return reply.append("operationTime", new BsonTimestamp(log.last()));
            } finally {
                log.commandDone();
            }
        }
    }

    private Document answer(Channel channel, String database, String command, Document query) {
        Document failed = failPoint.reply(channel, database, command, query);
        if (failed != null) {
            return failed;
        }
        switch (command.toLowerCase()) {
            case "hello", "ismaster":
                return hello(channel, database, query);
            case "trimoplog":
                return ok(new Document("kept", log.trimTo(((Number) query.get(command)).intValue())));
            case "limitevents":
                return streams.limit(query);
            case "endsessions":
                return ok(new Document());
            case "aggregate":
                return aggregate(channel, database, command, query);
            case "insert":
                return counted(super.handleCommand(channel, database, command, query), query);
            case "find":
                query.putIfAbsent("batchSize", FIRST_BATCH);
                if (database.equals("local") && query.get(command).equals("oplog.rs")) {
                    return ok(log.oldest());
                }
                break;
            default:
                if (log.recording() && SCHEMA_COMMANDS.contains(command)) {
                    return recorded(channel, database, command, query);
                }
        }
        return super.handleCommand(channel, database, command, query);
    }

    private Document hello(Channel channel, String database, Document query) {
        Document reply = super.handleCommand(channel, database, "ismaster", query);
        return reply.append("isWritablePrimary", true).append("helloOk", true).append("readOnly", false)
            .append("localTime", log.now());
    }

    private Document recorded(Channel channel, String database, String command, Document query) {
        Document said = query.cloneDeeply();
        Document reply = super.handleCommand(channel, database, command, query);
        said.keySet().removeIf(key -> key.startsWith("$") || key.equals("lsid"));
        log.journal().command(said.append("$db", database));
        return reply;
    }

    /** The library counts documents that it refused. */
    private static Document counted(Document reply, Document query) {
        if (reply.get("writeErrors") instanceof List<?> errors) {
            int sent = ((List<?>) query.get("documents")).size();
            Object first = ((Document) errors.get(0)).get("index");
            reply.put("n", Utils.isTrue(query.get("ordered")) ? first : (Object) (sent - errors.size()));
        }
        return reply;
    }

    private Document aggregate(Channel channel, String database, String command, Document query) {
        Document options = Streams.options(query);
        if (options == null) {
            return super.handleCommand(channel, database, command, query);
        }
        ChangeCursor cursor = streams.open(getCursorRegistry().generateCursorId(), database, query, options);
        getCursorRegistry().add(cursor);
        Document wish = (Document) query.getOrDefault("cursor", new Document());
        int size = ((Number) wish.getOrDefault("batchSize", FIRST_BATCH)).intValue();
        String name = query.get(command) instanceof String collection ? collection : "$cmd.aggregate";
        List<Document> batch = size == 0 ? List.of() : cursor.takeDocuments(size);
        return batch(cursor, database + "." + name, "firstBatch", batch);
    }

    @Override
    protected Document handleGetMore(String database, String command, Document query) {
        long id = ((Number) query.get(command)).longValue();
        if (!(getCursorRegistry().getCursor(id) instanceof ChangeCursor cursor)) {
            query.putIfAbsent("batchSize", ChangeCursor.LARGEST_BATCH);
            return super.handleGetMore(database, command, query);
        }
        int size = ((Number) query.getOrDefault("batchSize", 0)).intValue();
        try {
            return batch(cursor, database + "." + query.get("collection"), "nextBatch", cursor.takeDocuments(size));
        } catch (MongoServerError e) {
            getCursorRegistry().remove(cursor);
            throw e;
        }
    }

    private Document batch(ChangeCursor cursor, String namespace, String name, List<Document> documents) {
        if (cursor.isEmpty()) {
            getCursorRegistry().remove(cursor);
        }
        Document body = new Document("id", cursor.isEmpty() ? 0L : cursor.getId())
            .append("ns", namespace)
            .append(name, documents)
            .append("postBatchResumeToken", cursor.resumeToken());
        return ok(new Document("cursor", body));
    }

    /** Whether a `getMore` can be answered now; else the waiter hears of the next write. */
    boolean readyOrAwait(long cursorId, Runnable waiter) {
        synchronized (log) {
            try {
                if (!(getCursorRegistry().getCursor(cursorId) instanceof ChangeCursor cursor) || cursor.hasNews()) {
                    return true;
                }
            } catch (MongoServerError e) {
                return true;
            }
            log.await(waiter);
            return false;
        }
    }

    void forget(Runnable waiter) {
        synchronized (log) {
            log.forget(waiter);
        }
    }

    @Override
    public void dropDatabase(String name) {
        boolean known = listDatabaseNames().contains(name);
        super.dropDatabase(name);
        if (known) {
            log.append("dropDatabase", name, null, new Document(), null);
        }
    }

    List<String> databaseNames() {
        return List.copyOf(listDatabaseNames());
    }

    List<String> collectionNames(String database) {
        return firstBatch(database, new Document("listCollections", 1)).stream().map(d -> (String) d.get("name")).toList();
    }

    List<Document> indexes(String database, String collection) {
        return firstBatch(database, new Document("listIndexes", collection));
    }

    private List<Document> firstBatch(String database, Document command) {
        Document reply = resolveDatabase(database).handleCommand(NO_CHANNEL, command.keySet().iterator().next(), command,
            this::resolveDatabase, NoopOplog.get());
        Map<String, Object> cursor = (Document) reply.get("cursor");
        return ((List<?>) cursor.get("firstBatch")).stream().map(Document.class::cast).toList();
    }

    private static Document ok(Document reply) {
        return reply.append("ok", 1.0);
    }
}
