package kairos;

import java.util.Set;

/** What a change stream watches: a collection, a database, or (both null) everything but the internal databases. */
record Scope(String database, String collection) {

    private static final Set<String> INTERNAL = Set.of("admin", "config", "local");

    static boolean isInternal(String namespace) {
        int dot = namespace.indexOf('.');
        return INTERNAL.contains(dot < 0 ? namespace : namespace.substring(0, dot))
            || namespace.startsWith("system.", dot + 1);
    }

    boolean contains(ChangeLog.Event event) {
        if (collection != null) {
            String mine = database + "." + collection;
            return mine.equals(event.namespace()) || mine.equals(event.to());
        }
        return database == null || event.namespace().equals(database) || event.namespace().startsWith(database + ".");
    }

    /** Whether the watched thing is gone with this event, so that the stream ends. */
    boolean endsWith(ChangeLog.Event event) {
        if (collection != null) {
            return Set.of("drop", "rename", "dropDatabase").contains(event.operation()) && contains(event);
        }
        return database != null && event.operation().equals("dropDatabase") && event.namespace().equals(database);
    }
}
