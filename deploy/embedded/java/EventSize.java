package kairos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * How many bytes an event of a change stream may have. A server that `splits` knows the stage
 * `$changeStreamSplitLargeEvent`, by which a larger event comes in parts; without it a stream ends there.
 */
record EventSize(int maxBytes, boolean splits) {

    /** As MongoDB has it: 16 MB, and what the server itself adds. */
    static final EventSize DEFAULT = new EventSize(16 * 1024 * 1024 + 16 * 1024, false);

    private static final String STAGE = "$changeStreamSplitLargeEvent";
    private static final int PART_BYTES = 150; // of the token and the numbers of a part

    boolean isSplit(List<?> stages) {
        return splits && stages.get(stages.size() - 1) instanceof Document last && last.containsKey(STAGE);
    }

    MongoServerError tooLarge(Document event) {
        int size = Bytes.encode(event).length;
        return size <= maxBytes ? null : new MongoServerError(10334, "BSONObjectTooLarge",
            "BSONObj size: " + size + " is invalid. Size must be between 0 and " + maxBytes);
    }

    /** The event as it is, or in parts that each have some of its fields, the smallest first. */
    List<Document> parts(Document event) {
        if (Bytes.encode(event).length <= maxBytes) {
            return List.of(event);
        }
        List<Map.Entry<String, Object>> fields = new ArrayList<>(event.entrySet());
        fields.removeIf(field -> field.getKey().equals("_id"));
        fields.sort(Comparator.comparingInt(EventSize::bytes));
        List<Document> parts = new ArrayList<>();
        int left = 0;
        for (Map.Entry<String, Object> field : fields) {
            if (parts.isEmpty() || bytes(field) > left) {
                parts.add(new Document());
                left = maxBytes - PART_BYTES;
            }
            parts.get(parts.size() - 1).put(field.getKey(), field.getValue());
            left -= bytes(field);
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).append("splitEvent", new Document("fragment", i + 1).append("of", parts.size()));
        }
        return parts;
    }

    private static int bytes(Map.Entry<String, Object> field) {
        return Bytes.encode(new Document(field.getKey(), field.getValue())).length;
    }
}
