package dev.portcullis.content;

import java.text.Normalizer;
import java.util.Set;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.PolicyFactory;

/**
 * Lets six tags through, balanced and without attributes. Two locks: our own reading, which keeps the text that an HTML
 * parser would swallow, and behind it the sanitizer, which lets nothing but the six out whatever our reading missed.
 */
final class Markup {
    private static final Set<String> ALLOWED = Set.of("b", "i", "em", "strong", "code", "pre");
    private static final PolicyFactory SIX = new HtmlPolicyBuilder()
            .allowElements(ALLOWED.toArray(String[]::new))
            .toFactory();

    private Markup() {}

    static String inert(String text) {
        if (!Escaping.isNeeded(text)) {
            return text;
        }
        String html = TagReader.read(ALLOWED, text);
        if (text.indexOf('<') < 0) {
            return html; // no tags, and TagReader wrote the rest as text
        }
        InertWriter writer = new InertWriter(html.length());
        HtmlSanitizer.sanitize(html, SIX.apply(writer));
        return Directions.balanced(Normalizer.normalize(writer.written(), Normalizer.Form.NFC));
    }
}
