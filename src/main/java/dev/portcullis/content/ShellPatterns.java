package dev.portcullis.content;

import java.util.List;

/** What a shell would act on if somebody fed it the message (CWE-78). */
final class ShellPatterns {
    private static final List<String> PATTERNS = List.of(";", "&&", "||", ">", "<", "`", "$(", "\\", "\n");

    private ShellPatterns() {}

    static boolean in(String text) {
        return PATTERNS.stream().anyMatch(text::contains);
    }
}
