package dev.portcullis.http.contract;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of the OpenAPI file. The reader takes out each member and closes the object at the end: a member that is
 * left is one that the router does not implement.
 */
final class ContractNode {
    /** Members without effect on requests. */
    private static final Set<String> DOCUMENTATION = Set.of("summary", "description");

    private static final Set<String> SCHEMAS = Set.of("schema", "schemas");

    private final String where;
    private final Map<String, Object> members = new LinkedHashMap<>();

    private ContractNode(String where, Object value) {
        this.where = where;
        if (!(value instanceof Map<?, ?> object)) {
            throw unsupported("it is not an object");
        }
        object.forEach((name, member) -> members.put((String) name, member));
        members.keySet().removeAll(DOCUMENTATION);
    }

    /** @param file the file name, for error messages */
    static ContractNode root(String file, @Nullable Object json) {
        return new ContractNode(file + "#", withoutOddValues(file + "#", json));
    }

    String where() {
        return where;
    }

    Set<String> names() {
        return Set.copyOf(members.keySet());
    }

    Optional<String> text(String name) {
        return take(name).map(value -> typed(name, value, String.class));
    }

    boolean flag(String name) {
        return take(name).map(value -> typed(name, value, Boolean.class)).orElse(false);
    }

    Optional<Long> integer(String name) {
        return take(name).map(value -> typed(name, value, Long.class));
    }

    /** Empty if the member is absent, as in the methods below. */
    List<ContractNode> objects(String name) {
        List<ContractNode> all = new ArrayList<>();
        list(name).forEach(item -> all.add(new ContractNode(pointer(name) + "/" + all.size(), item)));
        return all;
    }

    /** The constants of an enum that a list of texts names. */
    <E extends Enum<E>> Set<E> choices(String name, Class<E> type) {
        Set<E> all = EnumSet.noneOf(type);
        list(name).forEach(item -> all.add(constant(name, typed(name, item, String.class), type)));
        return all;
    }

    <E extends Enum<E>> E choice(String name, Class<E> type) {
        return constant(name, required(name, text(name)), type);
    }

    Optional<ContractNode> object(String name) {
        return take(name).map(value -> new ContractNode(pointer(name), value));
    }

    /** The members of a member, each an object, in the order of the file. */
    Map<String, ContractNode> objectsByName(String name) {
        Map<String, ContractNode> all = new LinkedHashMap<>();
        object(name)
                .ifPresent(object -> List.copyOf(object.members.keySet())
                        .forEach(each -> all.put(each, required(each, object.object(each)))));
        return all;
    }

    /** A member that another reader takes as it is. */
    Object value(String name) {
        return required(name, take(name));
    }

    /** The members of a member, for another reader. */
    Map<String, Object> values(String name) {
        return object(name).map(object -> object.members).orElse(Map.of());
    }

    void ignore(String... names) {
        members.keySet().removeAll(Set.of(names));
    }

    <T> T required(String name, Optional<T> member) {
        return member.orElseThrow(() -> unsupported("it lacks " + name));
    }

    void close() {
        if (!members.isEmpty()) {
            throw unsupported("it does not implement " + String.join(", ", members.keySet()) + " here");
        }
    }

    UnsupportedContractException unsupported(String why) {
        return new UnsupportedContractException(where, why);
    }

    String pointer(String name) {
        return step(where, name);
    }

    private Optional<Object> take(String name) {
        return Optional.ofNullable(members.remove(name));
    }

    private List<?> list(String name) {
        if (take(name).orElse(List.of()) instanceof List<?> list) {
            return list;
        }
        throw wrong(name);
    }

    private <E extends Enum<E>> E constant(String name, String text, Class<E> type) {
        for (E each : type.getEnumConstants()) {
            if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return each;
            }
        }
        throw wrong(name);
    }

    private <T> T typed(String name, Object value, Class<T> type) {
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw wrong(name);
    }

    private UnsupportedContractException wrong(String name) {
        return new UnsupportedContractException(pointer(name), "it does not implement this value");
    }

    /** A null would look like an absent member. Schemas are read by others, and may hold any value. */
    private static Object withoutOddValues(String where, @Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            object.forEach((name, member) -> {
                if (!SCHEMAS.contains(String.valueOf(name))) {
                    withoutOddValues(step(where, String.valueOf(name)), member);
                }
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                withoutOddValues(where + "/" + i, list.get(i));
            }
        } else if (!(value instanceof String || value instanceof Boolean || value instanceof Long)) {
            throw new UnsupportedContractException(where, "it is null, or a number that is not whole");
        }
        return value;
    }

    /** RFC 6901. */
    private static String step(String where, String name) {
        return where + "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
