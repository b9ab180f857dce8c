package dev.portcullis.content;

import java.util.List;

/** Patterns that a shell would interpret if a message were passed to it (CWE-78). */
final class ShellPatterns {
    private static final List<String> PATTERNS = List.of(";", "&&", "||", ">", "<", "`", "$(", "\\", "\n");

    private ShellPatterns() {}

    static boolean in(String text) {
        return PATTERNS.stream().anyMatch(text::contains);
    }
}
