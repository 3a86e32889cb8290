package kairos;

import java.util.List;
import java.util.Objects;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/**
 * The fail point `failCommand`, as MongoDB has it with its test commands: named commands (`failCommands`) of one program
 * (`appName`), perhaps on one collection (`namespace`), fail with `errorCode` and `errorLabels`; `mode` is "alwaysOn",
 * "off" or {times: N}.
 */
final class FailPoint {

    private static final AttributeKey<String> PROGRAM = AttributeKey.valueOf("appName");

    private Document data;
    private long left;

    /** The reply to a command that is to fail or that sets the fail point, null for all others. */
    Document reply(Channel channel, String database, String command, Document query) {
        if (command.equals("configureFailPoint")) {
            return configure(query);
        }
        meet(channel, query);
        return failure(channel, database, command, query);
    }

    private Document configure(Document command) {
        if (!"failCommand".equals(command.get("configureFailPoint"))) {
            throw new MongoServerError(9, "FailedToParse", "the only fail point of this server is failCommand");
        }
        Object mode = command.get("mode");
        left = mode instanceof Document times ? ((Number) times.get("times")).longValue() : Long.MAX_VALUE;
        data = "off".equals(mode) ? null : (Document) command.get("data");
        return new Document("ok", 1.0);
    }

    /** Remembers which program a connection is of, from its first command. */
    private void meet(Channel channel, Document hello) {
        if (channel != null && hello.get("client") instanceof Document client
                && client.get("application") instanceof Document application) {
            channel.attr(PROGRAM).set((String) application.get("name"));
        }
    }

    private Document failure(Channel channel, String database, String command, Document query) {
        if (data == null || left == 0 || !((List<?>) data.get("failCommands")).contains(command)
                || !isOf(channel) || !isOn(database + "." + query.get(command))) {
            return null;
        }
        left--;
        Document reply = new Document("ok", 0.0).append("code", data.get("errorCode")).append("errmsg",
            Objects.toString(data.get("errorMessage"), "Failing command via 'failCommand' failpoint"));
        if (data.containsKey("errorLabels")) {
            reply.append("errorLabels", data.get("errorLabels"));
        }
        return reply;
    }

    private boolean isOf(Channel channel) {
        return !data.containsKey("appName")
            || (channel != null && data.get("appName").equals(channel.attr(PROGRAM).get()));
    }

    private boolean isOn(String namespace) {
        return !data.containsKey("namespace") || data.get("namespace").equals(namespace);
    }
}
