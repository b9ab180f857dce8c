package dev.portcullis.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A key that has another effective value than before. A secret shows as redacted on both sides.
 *
 * @param before as JSON text; {@code none} for a key that is new
 * @param after as JSON text; {@code none} for a key that is gone
 */
public record SettingChange(String path, String before, String after) {
    private static final String NONE = "none";

    /** A query may hold a key of the service, although no setting says so (CWE-598). */
    private static final Pattern QUERY = Pattern.compile("(https?://[^\"?]*)\\?[^\"]*");

    public SettingChange {
        before = withoutQueries(before);
        after = withoutQueries(after);
    }

    private static String withoutQueries(String json) {
        return QUERY.matcher(json).replaceAll("$1?" + Matcher.quoteReplacement(Secret.REDACTED));
    }

    /** The keys that differ, in the order in which they are read. A default that was written out is no difference. */
    public static List<SettingChange> between(Collection<Setting> before, Collection<Setting> after) {
        Map<String, Setting> old = byPath(before);
        Map<String, Setting> all = byPath(after);
        Stream<SettingChange> changed = all.values().stream()
                .filter(setting -> !Optional.ofNullable(old.get(setting.path()))
                        .map(Setting::exact)
                        .equals(Optional.of(setting.exact())))
                .map(setting -> new SettingChange(setting.path(), valueIn(old, setting.path()), setting.value()));
        Stream<SettingChange> gone = old.values().stream()
                .filter(setting -> !all.containsKey(setting.path()))
                .map(setting -> new SettingChange(setting.path(), setting.value(), NONE));
        return Stream.concat(changed, gone).toList();
    }

    /** Whether the key is this one, or stands in this section. */
    public boolean isIn(String key) {
        return path.startsWith(key)
                && (path.length() == key.length()
                        || path.charAt(key.length()) == '.'
                        || path.charAt(key.length()) == '[');
    }

    private static Map<String, Setting> byPath(Collection<Setting> settings) {
        Map<String, Setting> byPath = new LinkedHashMap<>();
        settings.stream().filter(setting -> !setting.isTemplate()).forEach(each -> byPath.put(each.path(), each));
        return byPath;
    }

    private static String valueIn(Map<String, Setting> settings, String path) {
        return Optional.ofNullable(settings.get(path)).map(Setting::value).orElse(NONE);
    }
}
