package kairos;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/** Resume tokens: hex digits that sort as the events do; the last byte tells an `invalidate` from the event before it. */
record Token(long timestamp, boolean invalidate) {

    private static final String HEAD = "82";

    static Document event(long timestamp) {
        return new Token(timestamp, false).document();
    }

    Document document() {
        return new Document("_data", HEAD + String.format("%016X", timestamp) + (invalidate ? "01" : "00"));
    }

    static Token parse(Object value) {
        if (value instanceof Document token && token.get("_data") instanceof String data
                && data.matches("82[0-9A-F]{16}0[01]")) {
            return new Token(Long.parseUnsignedLong(data.substring(2, 18), 16), data.endsWith("1"));
        }
        throw new MongoServerError(9, "FailedToParse", "resume token is not one of this server: " + value);
    }
}
