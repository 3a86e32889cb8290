package kairos;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;

/** A database in memory whose collections write to the log. */
final class LoggedDatabase extends MemoryDatabase {

    private final ChangeLog log;

    LoggedDatabase(String name, CursorRegistry cursors, ChangeLog log) {
        super(name, cursors);
        this.log = log;
    }

    /** Null while the database is being built: its own bookkeeping is not an event. */
    ChangeLog log() {
        return log;
    }

    @Override
    protected MemoryCollection openOrCreateCollection(String name, CollectionOptions options) {
        return new LoggedCollection(this, name, options, cursorRegistry);
    }

    @Override
    public void moveCollection(MongoDatabase from, MongoCollection<?> collection, String newName) {
        String before = collection.getFullName();
        super.moveCollection(from, collection, newName);
        Document target = new Document("db", getDatabaseName()).append("coll", newName);
        log.append("rename", before, getDatabaseName() + "." + newName, new Document("to", target), null);
    }
}
