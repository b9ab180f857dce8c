package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An independent check of HTML, which shares no code with the sanitizer: allowed tags without attributes, balanced;
 * otherwise only text.
 */
final class InertHtml {
    private static final Set<String> TAGS = Set.of("b", "i", "em", "strong", "code", "pre");
    private static final Pattern TOKEN =
            Pattern.compile("<(/?)([a-z]+)>|&(?:amp|lt|gt|quot|apos|#39|#34|#x338);|[^<>&\"']", Pattern.DOTALL);

    private InertHtml() {}

    static void assertInert(String html) {
        Deque<String> open = new ArrayDeque<>();
        Matcher token = TOKEN.matcher(html);
        int at = 0;
        while (at < html.length()) {
            assertThat(token.find(at) && token.start() == at)
                    .as("inert at %d: %s", at, html)
                    .isTrue();
            String tag = token.group(2);
            if (tag != null) {
                assertThat(TAGS).as(html).contains(tag);
                if (token.group(1).isEmpty()) {
                    open.push(tag);
                } else {
                    assertThat(open.poll()).as(html).isEqualTo(tag);
                }
            }
            at = token.end();
        }
        assertThat(open).as(html).isEmpty();
    }

    /** What a reader sees: without the tags, and with the references resolved. */
    static String shown(String html) {
        return html.replaceAll("<[^>]*>", "")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&apos;", "'")
                .replace("&#x338;", "\u0338")
                .replace("&amp;", "&");
    }
}
