package dev.portcullis.config;

import dev.portcullis.config.text.TextFormat;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Maps the constants of an enum to their names in the file, in the order of their declaration. */
final class EnumNames<E extends Enum<E>> {
    private final Map<String, E> byId = new LinkedHashMap<>();

    EnumNames(Class<E> type) {
        this(EnumSet.allOf(type));
    }

    /** Offers only these constants. */
    EnumNames(Set<E> offered) {
        offered.stream().sorted().forEach(each -> byId.put(id(each), each));
    }

    static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> List<String> ids(Set<E> constants) {
        return constants.stream().sorted().map(EnumNames::id).toList();
    }

    TextFormat form() {
        return TextFormat.oneOf(byId.keySet());
    }

    Optional<E> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }
}
