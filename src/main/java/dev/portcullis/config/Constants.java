package dev.portcullis.config;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the constants of an enum are written in the file, in the order of their declaration. */
final class Constants<E extends Enum<E>> {
    private final Map<String, E> byWord = new LinkedHashMap<>();

    Constants(Class<E> of) {
        this(EnumSet.allOf(of));
    }

    /** Only these of them. */
    Constants(Set<E> offered) {
        offered.stream().sorted().forEach(each -> byWord.put(word(each), each));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> List<String> words(Set<E> constants) {
        return constants.stream().sorted().map(Constants::word).toList();
    }

    TextForm form() {
        return TextForm.oneOf(byWord.keySet());
    }

    Optional<E> find(String word) {
        return Optional.ofNullable(byWord.get(word));
    }
}
