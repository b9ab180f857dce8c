package dev.portcullis.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.content.ContentConfig.Policy;
import java.net.IDN;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextEntitiesTest {
    private final ContentPolicy policy = new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false));

    @Test
    void mentions_hashtags_and_links_are_found_in_order_and_once() {
        ComposedText text = of("@bob and @eve_2: see https://example.com/a#top, @bob! #news #Привет #नमस्ते");
        assertThat(text.mentions()).containsExactly("@bob", "@eve_2");
        assertThat(text.hashtags()).containsExactly("#news", "#Привет", "#नमस्ते");
        assertThat(text.links()).containsExactly(new ComposedText.Link("https://example.com/a#top", true));
    }

    @Test
    void entities_come_from_the_text_and_not_from_its_markup() {
        ComposedText text = of("<b>@bob</b> it's \"#done\" https://example.com/?a=1&b=2");
        assertThat(text.mentions()).containsExactly("@bob");
        assertThat(text.hashtags()).containsExactly("#done");
        assertThat(text.links()).containsExactly(new ComposedText.Link("https://example.com/?a=1&b=2", true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"me@example.org", "C#minor", "&#39;", "#️⃣", "@ # x", "ftp://example.org", "http://", "https://."
            })
    void text_that_only_looks_like_an_entity_is_none(String text) {
        assertThat(of(text).mentions()).isEmpty();
        assertThat(of(text).hashtags()).isEmpty();
        assertThat(of(text).links()).isEmpty();
    }

    @Test
    void each_list_has_at_most_twenty_entries() {
        String many = IntStream.range(0, 30)
                .mapToObj(i -> "@u" + i + " #t" + i + " http://h" + i + ".example")
                .collect(Collectors.joining(" "));
        assertThat(of(many).mentions()).hasSize(20).endsWith("@u19");
        assertThat(of(many).hashtags()).hasSize(20).endsWith("#t19");
        assertThat(of(many).links()).hasSize(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "(see https://en.example/wiki/A_(b)). | https://en.example/wiki/A_(b)",
                "https://a.example, | https://a.example",
                "\"https://a.example/x\" | https://a.example/x",
                "<https://a.example/x> | https://a.example/x",
                "HTTPS://A.EXAMPLE/x?! | HTTPS://A.EXAMPLE/x",
                "http://a.example/\u202Emoc.live | http://a.example/moc.live",
                "http://a.example/\u200Bx | http://a.example/"
            })
    void link_ends_before_the_rest_of_the_sentence(String text, String url) {
        assertThat(of(text).links()).extracting(ComposedText.Link::url).containsExactly(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com",
                "http://example.com:8080/a?b#c",
                "https://sub.example.co.uk./x",
                "https://münchen.de",
                "https://xn--mnchen-3ya.de",
                "https://пример.рф",
                "https://例え.jp",
                "https://한국.com",
                "https://example.com/@user/a:b\\c",
                "https://हिन्दी.भारत",
                "https://कॉम.com",
                "https://ไทยที่นี่.com",
                "https://שָׁלוֹם.co.il",
                "https://việt-ngữ.vn",
                "https://ភាសាខ្មែរ.com",
                "https://ᾳ.ελ",
                "https://straße.de",
                "https://3com.example",
                "mailto:me@example.org"
            })
    void link_to_a_plain_host_is_safe(String url) {
        assertThat(LinkSafety.isSafe(url)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "data:text/html,x",
                "ftp://example.com",
                "no scheme",
                "http:example.com",
                "https://user@evil.example",
                "https://bank.example:443@evil.example/",
                "https://bank.example\\@evil.example",
                "https://127.0.0.1",
                "http://2130706433/",
                "http://0x7f000001",
                "http://0x7f.1",
                "http://0177.0.0.1",
                "http://127.1",
                "http://127.0.0.1./",
                "http://example.0x",
                "http://１２７.０.０.１",
                "http://127。0。0。1",
                "http://①②⑦.0.0.1",
                "http://[::1]/",
                "http://[::ffff:127.0.0.1]",
                "https://\u0430pple.com",
                "https://xn--pple-43d.com",
                "https://\u0430\u0440\u0440\u04CF\u0435.com",
                "https://goοgle.example",
                "https://xn--zzzzzzzzz.com",
                "https://ex%61mple.com",
                "https://example.com:port",
                "https://example.com:123456",
                "https://a..b",
                "https:///path",
                "https://exa\u00ADmple.com",
                "https://169.254.169.254\uFE0F/",
                "https://127.0.0.\u034F1/",
                "https://2130706433\uFE00/",
                "https://0x7f000001\uDB40\uDD00",
                "https://x\uFE0Fn--80ak6aa92e.com/",
                "https://xn\u180B--80ak6aa92e.com/",
                "https://bank.com\u0338login.evil.example",
                "https://bank.com\u20EBlogin.evil.example",
                "https://ban\u0345k.com",
                "https://a℀b.example"
            })
    void link_that_hides_its_host_is_not_safe(String url) {
        assertThat(LinkSafety.isSafe(url)).isFalse();
    }

    /** Java prepares names as browsers did first (RFC 3454 B.1), and knows what is dropped from them. */
    @Test
    void host_with_a_character_that_is_dropped_from_names_is_not_safe() {
        List<Integer> dropped = IntStream.rangeClosed(0x80, Character.MAX_CODE_POINT)
                .filter(TextEntitiesTest::isDropped)
                .boxed()
                .toList();
        assertThat(dropped).contains(0xAD, 0x34F, 0x180B, 0x200B, 0x200C, 0x200D, 0x2060, 0xFE00, 0xFE0F, 0xFEFF);
        Stream.concat(dropped.stream(), notDrawn().boxed()).forEach(each -> {
            String character = Character.toString(each);
            for (String host : List.of("127.0.0.1", "2130706433", "xn--80ak6aa92e.com", "example.com")) {
                for (int at = 0; at <= host.length(); at++) {
                    String url = "https://" + host.substring(0, at) + character + host.substring(at) + "/";
                    assertThat(LinkSafety.isSafe(url))
                            .as("U+%X in %s", each, url)
                            .isFalse();
                }
            }
        });
    }

    private static boolean isDropped(int codePoint) {
        try {
            return IDN.toASCII("a" + Character.toString(codePoint) + "b", IDN.ALLOW_UNASSIGNED)
                    .equals("ab");
        } catch (IllegalArgumentException forbidden) {
            return false;
        }
    }

    /** The selectors of variants, the fillers, and tags, of which Java knows some and newer browsers all. */
    private static IntStream notDrawn() {
        return Stream.of(
                        IntStream.of(0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
                        IntStream.rangeClosed(0x180B, 0x180F),
                        IntStream.rangeClosed(0xFE00, 0xFE0F),
                        IntStream.rangeClosed(0xE0001, 0xE007F),
                        IntStream.rangeClosed(0xE0100, 0xE01EF))
                .flatMapToInt(each -> each);
    }

    private ComposedText of(String input) {
        return policy.compose(input).fold(text -> text, why -> fail(why.toString()));
    }
}
