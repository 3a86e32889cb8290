package kairos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import de.bwaldvogel.mongo.backend.ArrayFilters;

/** Brings documents, indexes and the log back from a journal, then writes the journal anew without what is past. */
final class Restore {

    private static final int BATCH = 500;

    private final Backend backend;
    private final ChangeLog log;
    private Document after;
    private long records;

    private Restore(Backend backend, ChangeLog log) {
        this.backend = backend;
        this.log = log;
    }

    static void from(Path folder, Backend backend, ChangeLog log) throws IOException {
        Path file = folder.resolve("journal");
        Restore restore = new Restore(backend, log);
        log.recording(false);
        Journal.read(file, restore::apply);
        if (restore.isMostlyPast()) {
            restore.rewrite(file);
        }
        log.recording(true);
        log.journal(Journal.open(file));
        if (restore.records == 0) {
            log.journal().clock(log.clock());
            log.journal().flush();
        }
    }

    private void apply(byte kind, byte[] bson) {
        records++;
        switch (kind) {
            case Journal.AFTER -> after = Bytes.decode(bson);
            case Journal.COMMAND -> run(Bytes.decode(bson));
            case Journal.CLOCK -> log.restoreClock(Bytes.decode(bson));
            case Journal.HISTORY -> log.restore(Bytes.decode(bson), bson);
            case Journal.EVENT -> {
                Document event = Bytes.decode(bson);
                effect(event);
                log.restore(event, bson);
            }
            default -> throw new IllegalStateException("the journal is damaged: record of kind " + kind);
        }
    }

    /** Whether the journal is more than twice as long as it would be when written anew. */
    private boolean isMostlyPast() {
        long needed = log.size();
        for (String database : backend.databaseNames()) {
            for (String name : backend.collectionNames(database)) {
                needed += 2 + backend.resolveDatabase(database).resolveCollection(name, true).count() / BATCH;
            }
        }
        return records > 2 * needed + 1000;
    }

    private void run(Document command) {
        Document query = command.clone();
        String database = (String) query.remove("$db");
        backend.handleCommand(Backend.NO_CHANNEL, database, query.keySet().iterator().next(), query);
    }

    private void effect(Document event) {
        Document ns = (Document) event.get("ns");
        String database = (String) ns.get("db");
        String name = (String) ns.get("coll");
        Document key = (Document) event.get("documentKey");
        switch ((String) event.get("operationType")) {
            case "insert" -> collection(database, name).addDocument((Document) event.get("fullDocument"));
            case "replace" -> put(collection(database, name), key, (Document) event.get("fullDocument"));
            case "update" -> put(collection(database, name), key, after);
            case "delete" -> collection(database, name).deleteDocuments(key, 1, NoopOplog.get());
            case "drop" -> backend.resolveDatabase(database).dropCollection(name, NoopOplog.get());
            case "dropDatabase" -> backend.dropDatabase(database);
            case "rename" -> {
                Document to = (Document) event.get("to");
                MongoDatabase target = backend.resolveDatabase((String) to.get("db"));
                target.moveCollection(backend.resolveDatabase(database), collection(database, name), (String) to.get("coll"));
            }
            default -> throw new IllegalStateException("the journal is damaged: " + event.get("operationType"));
        }
    }

    private static void put(MongoCollection<?> collection, Document key, Document document) {
        collection.updateDocuments(key, document, ArrayFilters.empty(), false, false, NoopOplog.get());
    }

    private MongoCollection<?> collection(String database, String name) {
        MongoDatabase home = backend.resolveDatabase(database);
        MongoCollection<?> found = home.resolveCollection(name, false);
        return found != null ? found : home.createCollectionOrThrowIfExists(name);
    }

    private void rewrite(Path file) throws IOException {
        Path fresh = file.resolveSibling("journal.new");
        Files.deleteIfExists(fresh);
        Journal journal = Journal.open(fresh);
        journal.clock(log.clock());
        for (String database : backend.databaseNames()) {
            for (String name : backend.collectionNames(database)) {
                writeCollection(journal, database, name);
            }
        }
        log.all().forEach(event -> journal.history(event.bson()));
        journal.close();
        Journal.replace(fresh, file);
    }

    private void writeCollection(Journal journal, String database, String name) {
        journal.command(new Document("create", name).append("$db", database));
        List<Document> indexes = backend.indexes(database, name);
        journal.command(new Document("createIndexes", name).append("indexes", indexes).append("$db", database));
        List<Document> documents = backend.resolveDatabase(database).resolveCollection(name, true).queryAllAsStream().toList();
        for (int i = 0; i < documents.size(); i += BATCH) {
            List<Document> part = documents.subList(i, Math.min(i + BATCH, documents.size()));
            journal.command(new Document("insert", name).append("documents", part).append("$db", database));
        }
    }
}
