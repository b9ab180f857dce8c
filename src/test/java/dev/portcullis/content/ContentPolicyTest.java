package dev.portcullis.content;

import static dev.portcullis.content.InertHtml.assertInert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentPolicyTest {
    private static final ContentPolicy ALLOWLIST = policy(Policy.ALLOWLIST, false);
    private static final ContentPolicy ESCAPE = policy(Policy.ESCAPE, false);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "Grüße aus München",
                "Привет, как дела?",
                "こんにちは、元気ですか",
                "مرحبا كيف حالك",
                "नमस्ते, क्या हाल है",
                "👩‍👩‍👧‍👦 family and 🏳️‍🌈 flags",
                "می‌خواهم",
                "tab\tand\nline",
                "100% sure; really (yes) [no] {maybe} = + - * / ~ ^ | \\ ` $"
            })
    void ordinary_text_is_unchanged(String chat) {
        assertThat(composed(ALLOWLIST, chat).content()).isEqualTo(chat);
        assertThat(composed(ALLOWLIST, chat).text()).isEmpty();
        assertThat(composed(ESCAPE, chat).content()).isEqualTo(chat);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a < b && c > d",
                "if (a<b && c>d) return;",
                "for (int i=0;i<n;i++) { if (a>b) x(); }",
                "I <3 you",
                "x <- c(1, 2); y <= 3",
                "\"quoted\" and 'single'",
                "https://example.com/?a=1&copy=2&lt=3",
                "#include <",
                "<img src=x onerror=alert(1)",
                "SELECT * FROM t WHERE a <> 'b';",
                "std::cout << \"hi\" << std::endl;",
                "don't & won't",
                "&#x202e; &#0; &#13; &#xd800; &#x110000; &#xFFFD; &nosuch; &copy &#60 & ; &; &#; &#x;",
                "<b is not closed",
                "5 < 6 <!-- and nothing ends it"
            })
    void text_that_only_looks_like_markup_stays_readable(String chat) {
        ComposedText text = composed(ALLOWLIST, chat);
        assertInert(text.content());
        assertThat(InertHtml.shown(text.content())).isEqualTo(chat);
        assertThat(text.text()).contains(chat);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<b>bold</b> and <i>it</i>, <b>bold</b> and <i>it</i>",
                "<strong>s</strong><em>e</em>, <strong>s</strong><em>e</em>",
                "<pre><code>x</code></pre>, <pre><code>x</code></pre>",
                "<B>loud</B>, <b>loud</b>",
                "<b onclick=alert(1)>x</b>, <b>x</b>",
                "<b style=\"a>b\">x</b>, <b>x</b>",
                "<u>under</u>, under",
                "<a href=\"javascript:alert(1)\">click</a>, click",
                "<p>one</p><p>two</p>, onetwo",
                "a<!-- hidden -->b, ab",
                "<!DOCTYPE html><?php echo 1 ?>x, x",
                "<script>alert(1)</script>hi, alert(1)hi",
                "<style>p{}</style>hi, p{}hi",
                "<title>t</title><textarea>u</textarea><xmp>v</xmp>, tuv",
                "<b>never closed, <b>never closed</b>",
                "closed only</b>, closed only",
                "a<b/>b, ab",
                "&lt;script&gt;, &lt;script&gt;",
                "&#60;b&#x3E;&#X3e;, &lt;b&gt;&gt;",
                "&amp;lt;b&amp;gt;, &amp;lt;b&amp;gt;",
                "&copy; 2026 &mdash; caf&eacute;, \u00a9 2026 \u2014 caf\u00e9",
                "&#128512; &apos;&quot;&#39;, \ud83d\ude00 &#39;&quot;&#39;",
                "<b>&copy;</b>, <b>\u00a9</b>",
                "AT&amp;T, AT&amp;T"
            })
    void allowed_tags_stay_and_other_tags_leave_their_text(String input, String content) {
        assertThat(composed(ALLOWLIST, input).content()).isEqualTo(content);
    }

    @Test
    void crossed_tags_come_out_balanced() {
        String content = composed(ALLOWLIST, "<b>x<i>y</b>z</i>").content();
        assertInert(content);
        assertThat(InertHtml.shown(content)).isEqualTo("xyz");
    }

    @Test
    void escape_shows_all_markup_as_it_was_typed() {
        ComposedText text = composed(ESCAPE, "<b>&amp;</b> \"it's\"");
        assertThat(text.content()).isEqualTo("&lt;b&gt;&amp;amp;&lt;/b&gt; &quot;it&#39;s&quot;");
        assertThat(text.text()).contains("<b>&amp;</b> \"it's\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nul\0",
                "bell\u0007",
                "lone\rreturn",
                "esc\u001B[31m",
                "del\u007F",
                "nel\u0085",
                "high \uD83D",
                "\uDE00 low"
            })
    void control_characters_and_unpaired_surrogates_are_refused(String input) {
        assertThat(ALLOWLIST.compose(input)).isEqualTo(Result.refused(new Violation("/content", "pattern")));
        assertThat(ESCAPE.compose(input)).isEqualTo(Result.refused(new Violation("/content", "pattern")));
    }

    @Test
    void crlf_becomes_lf() {
        assertThat(composed(ALLOWLIST, "a\r\nb\nc").content()).isEqualTo("a\nb\nc");
    }

    @Test
    void text_is_composed_to_nfc() {
        assertThat(composed(ALLOWLIST, "cafe\u0301").content()).isEqualTo("caf\u00E9");
        assertThat(composed(ALLOWLIST, "<b>cafe<u></u>\u0301</b>").content()).isEqualTo("<b>caf\u00E9</b>");
    }

    /** It would be undone by a page that composes its text, or leave one that does not with another text. */
    @Test
    void character_of_a_reference_is_composed_and_balanced_with_the_text_around_it() {
        assertThat(composed(ALLOWLIST, "cafe&#x301;").content()).isEqualTo("caf\u00E9");
        assertThat(composed(ALLOWLIST, "&#x2068;name").content()).isEqualTo("\u2068name\u2069");
        assertThat(composed(ALLOWLIST, "&lt;&#x338;b&gt;").content()).isEqualTo("&lt;\u0338b&gt;");
        assertThat(composed(ALLOWLIST, "<b>&#x338;</b>").content()).isEqualTo("<b>&#x338;</b>");
    }

    @Test
    void reference_makes_no_mention_and_escape_decodes_none() {
        ComposedText text = composed(ALLOWLIST, "&#64;bob &commat;eve");
        assertThat(text.content()).isEqualTo("@bob @eve");
        assertThat(text.mentions())
                .as("mentions are taken from the text before")
                .isEmpty();
        assertThat(composed(ESCAPE, "&copy;").content()).isEqualTo("&amp;copy;");
    }

    @Test
    void overlay_does_not_remove_the_end_of_a_tag() {
        String content =
                composed(ALLOWLIST, "<b>\uFFFE\u0338 onclick=alert(1) </b>").content();
        assertThat(content).startsWith("<b>&#x338; ");
        assertInert(content);
    }

    @Test
    void overrides_are_stripped() {
        assertThat(composed(ALLOWLIST, "gpj\u202Eexe\u202D!").content()).isEqualTo("gpjexe!");
    }

    @ParameterizedTest
    @CsvSource({
        "\u2068name, \u2068name\u2069",
        "\u2066a\u2067b, \u2066a\u2067b\u2069\u2069",
        "name\u2069!, name!",
        "\u2068ok\u2069, \u2068ok\u2069",
        "\u202Aa, \u202Aa\u202C",
        "a\u202Cb, ab",
        "\u2068a\u202Bb\u2069c, \u2068a\u202Bb\u202C\u2069c",
        "\u2068a\u202Cb\u2069, \u2068ab\u2069"
    })
    void isolates_and_embeddings_are_balanced(String input, String content) {
        assertThat(composed(ALLOWLIST, input).content()).isEqualTo(content);
    }

    @Test
    void bidi_control_in_a_dropped_tag_does_not_count() {
        assertThat(composed(ALLOWLIST, "\u2068<u title='\u2069'>x").content()).isEqualTo("\u2068x\u2069");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a; b", "a && b", "a || b", "a > b", "a < b", "`a`", "$(a)", "a\\b", "a\nb", "a\r\nb"})
    void shell_patterns_are_refused_where_configured(String input) {
        ContentPolicy strict = policy(Policy.ALLOWLIST, true);
        assertThat(strict.compose(input)).isInstanceOf(Result.Refused.class);
        assertThat(ALLOWLIST.compose(input)).isInstanceOf(Result.Done.class);
    }

    @Test
    void literal_characters_are_accepted_where_shell_patterns_are_refused() {
        assertThat(policy(Policy.ALLOWLIST, true).compose("5 $ & a | b (c)")).isInstanceOf(Result.Done.class);
    }

    @Test
    void composing_the_original_again_gives_the_same_text() {
        ComposedText once = composed(ALLOWLIST, "<u>e\u0301</u>\r\n\u202E\u2068 & <b>x</b>");
        String original = once.text().orElseThrow();
        ComposedText twice = composed(ALLOWLIST, original);
        assertThat(twice).isEqualTo(once);
        assertThat(twice.text()).isEqualTo(Optional.of(original));
    }

    private static ComposedText composed(ContentPolicy policy, String input) {
        return policy.compose(input).fold(text -> text, why -> fail(why.toString()));
    }

    private static ContentPolicy policy(Policy policy, boolean blockShellPatterns) {
        return new ContentPolicy(new ContentConfig(policy, blockShellPatterns));
    }
}
