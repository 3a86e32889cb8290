package kairos;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import de.bwaldvogel.mongo.bson.Document;

/**
 * What an update changed, in the words of a change event. A field that an operator named appears as a whole, what lies
 * beside it not at all; an element that `$push` appended appears under its index.
 */
final class UpdateDescription {

    private final Set<List<String>> named = new LinkedHashSet<>();
    private final Set<List<String>> pushed = new LinkedHashSet<>();
    private final Document updated = new Document();
    private final List<String> removed = new ArrayList<>();

    UpdateDescription(Document operators) {
        operators.forEach((operator, change) -> {
            Document fields = (Document) change;
            fields.forEach((path, value) -> {
                Set<List<String>> kind = operator.equals("$push") ? pushed : named;
                kind.add(List.of(path.split("\\.")));
                if (operator.equals("$rename")) {
                    named.add(List.of(value.toString().split("\\.")));
                }
            });
        });
    }

    Document of(Document before, Document after) {
        compare(List.of(), before, after);
        return new Document("updatedFields", updated)
            .append("removedFields", removed)
            .append("truncatedArrays", List.of());
    }

    private void compare(List<String> path, Document before, Document after) {
        Set<String> keys = new LinkedHashSet<>(after.keySet());
        keys.addAll(before.keySet());
        for (String key : keys) {
            List<String> inner = join(path, key);
            if (!after.containsKey(key)) {
                removed.add(String.join(".", inner));
            } else if (!before.containsKey(key)) {
                updated.put(String.join(".", inner), after.get(key));
            } else {
                compareValues(inner, before.get(key), after.get(key));
            }
        }
    }

    private void compareValues(List<String> path, Object before, Object after) {
        if (same(before, after)) {
            return;
        }
        if (before instanceof Document one && after instanceof Document other && !isNamed(named, path)) {
            compare(path, one, other);
        } else if (before instanceof List<?> one && after instanceof List<?> other && isAppend(path, one, other)) {
            IntStream.range(one.size(), other.size())
                .forEach(index -> updated.put(String.join(".", join(path, "" + index)), other.get(index)));
        } else if (before instanceof List<?> one && after instanceof List<?> other && leadsInside(path)) {
            compare(path, indexed(one), indexed(other));
        } else {
            updated.put(String.join(".", path), after);
        }
    }

    private static boolean same(Object before, Object after) {
        return before == null ? after == null : before.equals(after);
    }

    private boolean isAppend(List<String> path, List<?> before, List<?> after) {
        return isNamed(pushed, path) && after.size() > before.size() && after.subList(0, before.size()).equals(before);
    }

    private boolean leadsInside(List<String> path) {
        return !isNamed(named, path) && !isNamed(pushed, path);
    }

    /** Whether an operator named this path; `$`, `$[]` and `$[name]` stand for any index. */
    private static boolean isNamed(Set<List<String>> paths, List<String> path) {
        return paths.stream().anyMatch(candidate -> candidate.size() == path.size()
            && IntStream.range(0, path.size()).allMatch(
                i -> candidate.get(i).startsWith("$") || candidate.get(i).equals(path.get(i))));
    }

    private static Document indexed(List<?> values) {
        Document document = new Document();
        values.forEach(value -> document.put("" + document.size(), value));
        return document;
    }

    private static List<String> join(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return longer;
    }
}
