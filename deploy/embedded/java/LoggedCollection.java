package kairos;

import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;

/** A collection in memory that tells the log of every document it really added, changed or removed. */
final class LoggedCollection extends MemoryCollection {

    private Document operators = new Document();

    LoggedCollection(LoggedDatabase database, String name, CollectionOptions options, CursorRegistry cursors) {
        super(database, name, options, cursors);
    }

    private void append(String operation, Document document, Document fields, Document after) {
        ChangeLog log = ((LoggedDatabase) getDatabase()).log();
        if (log != null) {
            Document key = new Document("documentKey", new Document("_id", document.get("_id")));
            log.append(operation, getFullName(), null, key.appendAll(fields), after);
        }
    }

    @Override
    public synchronized void addDocument(Document document) {
        Document stored = Bytes.compact(document);
        super.addDocument(stored);
        append("insert", stored, new Document("fullDocument", stored), null);
    }

    @Override
    public synchronized void removeDocument(Document document) {
        super.removeDocument(document);
        append("delete", document, new Document(), null);
    }

    @Override
    protected void handleUpdate(Integer position, Document before, Document after) {
        super.handleUpdate(position, before, after);
        if (operators.keySet().stream().anyMatch(name -> name.startsWith("$"))) {
            Document description = new UpdateDescription(operators).of(before, after);
            append("update", after, new Document("updateDescription", description), after);
        } else {
            append("replace", after, new Document("fullDocument", after), null);
        }
    }

    @Override
    public synchronized Document updateDocuments(Document selector, Document update, ArrayFilters filters,
                                                 boolean multi, boolean upsert, Oplog oplog) {
        operators = update;
        return super.updateDocuments(selector, update, filters, multi, upsert, oplog);
    }

    @Override
    public synchronized Document findAndModify(Document query) {
        operators = query.get("update") instanceof Document update ? update : new Document();
        return super.findAndModify(query);
    }
}
