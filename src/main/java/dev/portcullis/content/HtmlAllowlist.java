package dev.portcullis.content;

import java.text.Normalizer;
import java.util.List;
import java.util.Set;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.HtmlStreamEventReceiver;
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

    /**
     * Writes what the sanitizer lets through: tags without attributes, and text escaped no more than HTML needs, so emoji
     * stay emoji.
     */
    static final class SafeHtmlWriter implements HtmlStreamEventReceiver {
        /** NFC composes it with a preceding {@code >}, so a page that normalises its text would lose the end of the tag. */
        private static final char LONG_SOLIDUS_OVERLAY = '\u0338';

        private final StringBuilder out;

        SafeHtmlWriter(int length) {
            this.out = new StringBuilder(length + 32);
        }

        String written() {
            return out.toString();
        }

        @Override
        public void openDocument() {}

        @Override
        public void closeDocument() {}

        @Override
        public void openTag(String name, List<String> attributes) {
            out.append('<').append(name).append('>');
        }

        @Override
        public void closeTag(String name) {
            out.append("</").append(name).append('>');
        }

        @Override
        public void text(String text) {
            boolean overlays = !text.isEmpty() && text.charAt(0) == LONG_SOLIDUS_OVERLAY;
            if (overlays && out.length() > 0 && out.charAt(out.length() - 1) == '>') {
                out.append("&#x338;");
                text = text.substring(1);
            }
            HtmlEscaper.append(out, text);
        }
    }

    private HtmlAllowlist() {}

    static String inert(String text) {
        if (!HtmlEscaper.isNeeded(text)) {
            return text;
        }
        String html = TagScanner.scan(ALLOWED, text);
        if (html.indexOf('<') < 0) {
            return tidied(html); // no tags: all that is left is escaped text
        }
        SafeHtmlWriter writer = new SafeHtmlWriter(html.length());
        HtmlSanitizer.sanitize(html, POLICY.apply(writer));
        return tidied(writer.written());
    }

    /** References may stand for characters that the text before had no need to compose or to balance. */
    private static String tidied(String html) {
        return BidiControls.balanced(Normalizer.normalize(StreamSafeText.of(html), Normalizer.Form.NFC));
    }
}
