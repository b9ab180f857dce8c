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
final class HtmlAllowlist {
    private static final Set<String> ALLOWED = Set.of("b", "i", "em", "strong", "code", "pre");
    private static final PolicyFactory SIX = new HtmlPolicyBuilder()
            .allowElements(ALLOWED.toArray(String[]::new))
            .toFactory();

    private HtmlAllowlist() {}

    static String inert(String text) {
        if (!HtmlEscaper.isNeeded(text)) {
            return text;
        }
        String html = TagScanner.read(ALLOWED, text);
        if (text.indexOf('<') < 0) {
            return html; // no tags, and TagReader wrote the rest as text
        }
        SafeHtmlWriter writer = new SafeHtmlWriter(html.length());
        HtmlSanitizer.sanitize(html, SIX.apply(writer));
        return BidiControls.balanced(Normalizer.normalize(writer.written(), Normalizer.Form.NFC));
    }
}
