package kairos;

import java.util.ArrayList;
import java.util.List;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Documents to BSON and back. */
final class Bytes {

    private Bytes() {
    }

    static byte[] encode(Document document) {
        ByteBuf buffer = Unpooled.buffer(512);
        BsonEncoder.encodeDocument(document, buffer);
        byte[] bson = new byte[buffer.readableBytes()];
        buffer.readBytes(bson);
        return bson;
    }

    static Document decode(byte[] bson) {
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
    }

    /** A copy whose field names are shared with all other documents: a decoded document has its own of each. */
    static Document compact(Document document) {
        Document copy = new Document();
        document.forEach((name, value) -> copy.put(name.intern(), compactValue(value)));
        return copy;
    }

    private static Object compactValue(Object value) {
        if (value instanceof Document document) {
            return compact(document);
        }
        if (value instanceof List<?> values) {
            List<Object> copy = new ArrayList<>(values.size());
            values.forEach(element -> copy.add(compactValue(element)));
            return copy;
        }
        return value;
    }
}
