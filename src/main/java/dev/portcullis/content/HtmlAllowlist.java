package dev.portcullis.content;

import java.text.Normalizer;
import java.util.Set;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.PolicyFactory;

/**
 * Lets six tags through, balanced and without attributes. There are two layers: our scanner, which keeps text that an
 * HTML parser would swallow, and the sanitizer, which lets only the six tags out even if the scanner misses something.
 */
final class HtmlAllowlist {
    private static final Set<String> ALLOWED = Set.of("b", "i", "em", "strong", "code", "pre");
    private static final PolicyFactory POLICY = new HtmlPolicyBuilder()
            .allowElements(ALLOWED.toArray(String[]::new))
            .toFactory();

    private HtmlAllowlist() {}

    static String inert(String text) {
        if (!HtmlEscaper.isNeeded(text)) {
            return text;
        }
        String html = TagScanner.scan(ALLOWED, text);
        if (text.indexOf('<') < 0) {
            return tidied(html); // no tags: the scanner has escaped the text
        }
        SafeHtmlWriter writer = new SafeHtmlWriter(html.length());
        HtmlSanitizer.sanitize(html, POLICY.apply(writer));
        return tidied(writer.written());
    }

    /** References may stand for characters that the text before had no need to compose or to balance. */
    private static String tidied(String html) {
        return BidiControls.balanced(Normalizer.normalize(html, Normalizer.Form.NFC));
    }
}
