package dev.portcullis.content;

import java.util.List;
import org.owasp.html.HtmlStreamEventReceiver;

/**
 * Writes what the sanitizer lets through: tags without attributes, and text escaped no more than HTML needs, so emoji
 * stay emoji.
 */
final class SafeHtmlWriter implements HtmlStreamEventReceiver {
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
