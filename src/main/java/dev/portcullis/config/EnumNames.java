package dev.portcullis.config;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the constants of an enum are written in the file, in the order of their declaration. */
final class EnumNames<E extends Enum<E>> {
    private final Map<String, E> byId = new LinkedHashMap<>();

    EnumNames(Class<E> of) {
        this(EnumSet.allOf(of));
    }

    /** Only these of them. */
    EnumNames(Set<E> offered) {
        offered.stream().sorted().forEach(each -> byId.put(id(each), each));
    }

    static String id(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> List<String> words(Set<E> constants) {
        return constants.stream().sorted().map(EnumNames::id).toList();
    }

    TextFormat form() {
        return TextFormat.oneOf(byId.keySet());
    }

    Optional<E> find(String word) {
        return Optional.ofNullable(byId.get(word));
    }
}
