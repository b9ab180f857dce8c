package dev.portcullis.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Generates the two pages of all keys from the records that read them, so that they are always complete. */
public final class ReferencePage {
    private static final String BASIC = """
            # Configuration

            One JSON file, named with `-c`. Comments (`//` and `/* */`) are allowed. These are the keys that operators set. All
            others are bounds of the inside, with defaults for nearly everyone, on [a page of their own](advanced.md). A key that
            is on neither page is refused, and so is every value out of its bounds: `config check -c FILE` lists all of it at
            once, and nothing starts. `null` is the same as leaving a key out.

            A value may come from elsewhere: `{"$env": "NAME"}` takes it from the environment, `{"$file": "path"}` from a file
            (trailing white space removed). Use this for secrets. They print as `[REDACTED]`.

            Every relative path (`store.path`, certificates and keys, `$file`) starts in the folder of the configuration file,
            not in the working directory, also if its value comes from the environment or from `--set`.

            A **duration** is a number of the unit that the end of the key names (`Ms`, `Seconds`), or a text of a whole number and
            `ms`, `s`, `m`, `h` or `d`: `30000` or `"30s"`, `"7d"`. A **size** is a number of bytes, or a text with `B`, `KiB`, `MiB` or
            `GiB`, which count by 1024: `65536` or `"64KiB"`. Nothing is rounded: `"500ms"` is no number of seconds.

            `--set path=value` on the command line overrides the file: `--set http.port=8081`. The value is JSON, or a
            text where it is not. `[]` in a path below stands for any item of a list, or of an object with names of your own.

            `config check` also warns of each unsafe setting, and the start line repeats it. It fails where the user that runs it
            can't write to `store.path`, `uploads.folder` or `audit.file.path`, and creates nothing there. It names each
            key of an earlier version that has no effect any more, and what to do; such a key does not keep a node from starting.

            This page is written by `config reference`.
            """;
    private static final String ADVANCED = """
            # Advanced settings

            Bounds of the inside: what a node keeps in memory, how long it waits for what, how much it does at a time. The
            defaults are right for nearly everyone. Change one for a reason that you have measured, such as an alert of
            [operations.md](operations.md) that names it; or since the page of a feature names it, such as that of
            [client certificates](login.md#client-certificates). What operators set is in
            [configuration.md](configuration.md), which also says how a file is written.

            This page is written by `config reference --advanced`.
            """;

    /** Zero has no unit. */
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]*");

    private ReferencePage() {}

    /**
     * The page of the keys that operators set.
     *
     * @param read reads the root of an empty file into a record
     */
    public static String basic(Function<Section, ?> read) {
        return page(BASIC, read, Setting::basic);
    }

    /**
     * The page of all other keys.
     *
     * @param read reads the root of an empty file into a record
     */
    public static String advanced(Function<Section, ?> read) {
        return page(ADVANCED, read, Predicate.not(Setting::basic));
    }

    private static String page(String opening, Function<Section, ?> read, Predicate<Setting> shown) {
        ConfigReading reading = new ConfigReading(Map.of(), Path.of(""));
        Object unused = read.apply(Section.root(Map.of(), reading));
        Map<String, List<Setting>> chapters = new LinkedHashMap<>();
        chapters.put("The whole file", new ArrayList<>());
        for (Setting each : reading.settings()) {
            if (shown.test(each)) {
                chapters.computeIfAbsent(chapterOf(each.path()), any -> new ArrayList<>())
                        .add(each);
            }
        }
        StringBuilder page = new StringBuilder(opening);
        chapters.forEach((title, settings) -> page.append(chapter(title, settings)));
        return page.toString();
    }

    private static String chapterOf(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? "The whole file" : "`" + path.substring(0, dot) + "`";
    }

    private static String chapter(String title, List<Setting> settings) {
        if (settings.isEmpty()) {
            return "";
        }
        StringBuilder rows = new StringBuilder();
        settings.forEach(each -> rows.append(row(each)));
        return "\n## " + title + "\n\n| key | value | default | meaning |\n| --- | --- | --- | --- |\n" + rows;
    }

    private static String row(Setting setting) {
        String fallback = isJson(setting.fallback()) ? "`" + written(setting) + "`" : setting.fallback();
        return "| `" + setting.path() + "` | " + cell(setting.kind()) + " | " + cell(fallback) + " | "
                + cell(setting.about()) + " |\n";
    }

    /** The default as JSON: an amount with its unit, such as "7d" in place of 604800000. */
    private static String written(Setting setting) {
        String fallback = setting.fallback();
        String key = setting.path().substring(setting.path().lastIndexOf('.') + 1);
        return Unit.of(key)
                .filter(unit -> NUMBER.matcher(fallback).matches())
                .map(unit -> Json.write(unit.written(Long.parseLong(fallback))))
                .orElse(fallback);
    }

    /** Other defaults are words such as "none". */
    private static boolean isJson(String fallback) {
        try {
            Object unused = Json.parse(fallback);
            return true;
        } catch (IOException notJson) {
            return false;
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
