package dev.portcullis.app.backup;

import dev.portcullis.protocol.Result;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SHA-256 of each file of a backup, by its name in it. The text is that of {@code sha256sum}, which can check it too. */
record BackupSums(SortedMap<String, String> byName) {
    static final String NAME = "SHA256SUMS";

    /** No name leads out of the folder (CWE-22): its parts begin with a letter or a digit. */
    private static final Pattern LINE =
            Pattern.compile("([0-9a-f]{64}) {2}((?:[A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*)");

    BackupSums(Map<String, String> byName) {
        this(new TreeMap<>(byName));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        byName.forEach((name, sum) -> text.append(sum).append("  ").append(name).append('\n'));
        return text.toString();
    }

    /** Refused with what is wrong: each byte of the text counts. */
    static Result<BackupSums, String> parse(String text) {
        TreeMap<String, String> byName = new TreeMap<>();
        List<String> lines = List.of(text.split("\n", -1));
        for (String line : lines.subList(0, lines.size() - 1)) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || byName.put(matcher.group(2), matcher.group(1)) != null) {
                return damaged();
            }
        }
        BackupSums sums = new BackupSums(byName);
        return sums.text().equals(text) ? Result.done(sums) : damaged();
    }

    private static Result<BackupSums, String> damaged() {
        return Result.refused(NAME + " is damaged");
    }
}
