package kairos;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * Resume tokens: hex digits that sort as the events do; a byte tells an `invalidate` from the event before it, and two
 * more, where they are, the part of an event that came in parts.
 */
record Token(long timestamp, boolean invalidate, int part) {

    private static final String HEAD = "82";

    Token(long timestamp, boolean invalidate) {
        this(timestamp, invalidate, 0);
    }

    static Document event(long timestamp) {
        return new Token(timestamp, false).document();
    }

    Document document() {
        String end = (invalidate ? "01" : "00") + (part > 0 ? String.format("%04X", part) : "");
        return new Document("_data", HEAD + String.format("%016X", timestamp) + end);
    }

    static Token parse(Object value) {
        if (value instanceof Document token && token.get("_data") instanceof String data
                && data.matches("82[0-9A-F]{16}0[01]([0-9A-F]{4})?")) {
            int part = data.length() > 20 ? Integer.parseInt(data.substring(20), 16) : 0;
            return new Token(Long.parseUnsignedLong(data.substring(2, 18), 16), data.charAt(19) == '1', part);
        }
        throw new MongoServerError(9, "FailedToParse", "resume token is not one of this server: " + value);
    }
}
