package dev.portcullis.hardening;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts that try to run a script in a page (CWE-79), from a file and from pieces; {@code ran(1)} is the script. */
final class MarkupVectors {
    private static final String FILE = "vectors.txt";
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9A-F]{4})");

    /** Elements whose content parsers read in different ways, which is what mutations live on. */
    private static final List<String> CONTAINERS = List.of(
            "svg",
            "math",
            "template",
            "noscript",
            "textarea",
            "title",
            "style",
            "xmp",
            "plaintext",
            "iframe",
            "noembed",
            "noframes",
            "select",
            "table",
            "form",
            "svg><desc",
            "svg><title",
            "math><mtext",
            "math><annotation-xml",
            "svg><foreignObject",
            "math><mtext><mglyph><style",
            "table><tr><td><svg");

    private MarkupVectors() {}

    static Set<String> all() {
        Set<String> all = new LinkedHashSet<>(written());
        for (String container : CONTAINERS) {
            String name = container.substring(container.lastIndexOf('<') + 1);
            all.add("<" + container + "><img src=x onerror=ran(1)></" + name + ">");
            all.add("<" + container + "><b title=\"</" + name + "><img src=x onerror=ran(1)>\">");
            all.add("<" + container + "><style><!--</style><img src=x onerror=ran(1)>--></" + name + ">");
            all.add("<b><" + container + "></b><script>ran(1)</script></" + name + ">");
        }
        all.add("<b>".repeat(300));
        all.add("<b><i>".repeat(140) + "<img src=x onerror=ran(1)>");
        all.add("<svg><b>".repeat(110) + "<img src=x onerror=ran(1)>");
        all.add("<div>".repeat(180) + "<img src=x onerror=ran(1)>");
        all.add("</b>".repeat(200) + "<script>ran(1)</script>");
        all.add("<".repeat(900) + "img src=x onerror=ran(1)>");
        all.add("<b " + "x".repeat(900) + " onclick=ran(1)>");
        return all;
    }

    private static List<String> written() {
        try (InputStream in = MarkupVectors.class.getResourceAsStream(FILE)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            List<String> all = new ArrayList<>();
            text.lines().forEach(line -> all.add(decoded(line)));
            return all;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String decoded(String line) {
        return ESCAPE.matcher(line)
                .replaceAll(each ->
                        Matcher.quoteReplacement(Character.toString((char) Integer.parseInt(each.group(1), 16))))
                .replace("\\n", "\n")
                .replace("\\t", "\t");
    }
}
