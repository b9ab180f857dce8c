package dev.portcullis.content;

import static dev.portcullis.content.InertHtml.assertInert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.content.ContentConfig.Policy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stored cross-site scripting (CWE-79) and text that takes more than linear time (CWE-1333). */
class ContentAttackTest {
    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();
    private static final List<String> VECTORS = List.of(
            "<script>alert(1)</script>",
            "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
            "<script/src=//evil.example>",
            "<script\n>alert(1)</script\n>",
            "<scr<script>ipt>alert(1)</scr</script>ipt>",
            "<<script>alert(1)//<</script>",
            "<img src=x onerror=alert(1)>",
            "<img src=x onerror=alert(1)//",
            "<img/src=x/onerror=alert(1)>",
            "<IMG SRC=\"jav&#x09;ascript:alert(1);\">",
            "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
            "<img src='x' alt='>' onerror='alert(1)'>",
            "<svg onload=alert(1)>",
            "<svg/onload=alert(1)>",
            "<svg><script>alert&#40;1&#41;</script></svg>",
            "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
            "<svg><style><img src=x onerror=alert(1)></style></svg>",
            "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
            "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
            "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
            "<body onload=alert(1)>",
            "<iframe src=javascript:alert(1)></iframe>",
            "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\">",
            "<object data=\"data:text/html,<script>alert(1)</script>\">",
            "<embed src=javascript:alert(1)>",
            "<a href=javascript:alert(1)>x</a>",
            "<a href=\"java\nscript:alert(1)\">x</a>",
            "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
            "<b onmouseover=alert(1)>x</b>",
            "<b/onclick=alert(1)//>x</b>",
            "<b \u000Cstyle=\"background:url(javascript:alert(1))\">".replace('\u000C', ' '),
            "<code style='expression(alert(1))'>x</code>",
            "<pre id=x class=y data-z=1>x</pre>",
            "<em\u00A0onclick=alert(1)>x</em>",
            "\"><script>alert(1)</script>",
            "'><img src=x onerror=alert(1)>",
            "\" onmouseover=\"alert(1)",
            "' autofocus onfocus='alert(1)",
            "--><script>alert(1)</script>",
            "<!--><img src=x onerror=alert(1)>-->",
            "<!-- --!><img src=x onerror=alert(1)> -->",
            "<![CDATA[<script>alert(1)</script>]]>",
            "<?xml version=\"1.0\"?><x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">alert(1)</x:script>",
            "<style>@import'//evil.example/x.css';</style>",
            "<link rel=stylesheet href=//evil.example>",
            "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
            "<base href=//evil.example/>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<template><script>alert(1)</script></template>",
            "<textarea><img src=x onerror=alert(1)></textarea>",
            "<title></title><script>alert(1)</script>",
            "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
            "<plaintext><script>alert(1)",
            "<select><noembed></select><script x='a@b'a>y='a@b'//a@b%0a\\u0091alert(1)</script x>",
            "<details open ontoggle=alert(1)>",
            "<video><source onerror=alert(1)>",
            "<marquee onstart=alert(1)>",
            "<input autofocus onfocus=alert(1)>",
            "<table background=javascript:alert(1)>",
            "<x onclick=alert(1)>x</x>",
            "<b><script>alert(1)</b></script>",
            "<code><!--</code><script>alert(1)</script>-->",
            "<b<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "&#60;script&#62;alert(1)&#60;/script&#62;",
            "&amp;lt;script&amp;gt;",
            "\uFF1Cscript\uFF1Ealert(1)\uFF1C/script\uFF1E",
            "\u226Escript>alert(1)",
            "<\u0338script>alert(1)</script>",
            "<b>\u0338<img src=x onerror=alert(1)>",
            "{{constructor.constructor('alert(1)')()}}",
            "${alert(1)}",
            "<b></b/onclick=alert(1)>",
            "</b onclick=alert(1)>",
            "<pre>\n<b</pre>onclick=alert(1)>");

    static Stream<Arguments> vectorsUnderBothPolicies() {
        return VECTORS.stream()
                .flatMap(vector -> Stream.of(Policy.values()).map(policy -> Arguments.of(policy, vector)));
    }

    @ParameterizedTest
    @MethodSource("vectorsUnderBothPolicies")
    void attack_vector_comes_out_inert(Policy policy, String vector) {
        ComposedText composedText = composed(policy, vector);
        assertInert(composedText.content());
        assertThat(composedText.text().orElse(composedText.content())).doesNotContain("\0");
    }

    @ParameterizedTest
    @EnumSource(Policy.class)
    void random_markup_comes_out_inert_and_stable(Policy policy) {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            String input = pieces(random);
            ComposedText composedText = composed(policy, input);
            assertThat(composedText).as("seed %d, round %d", seed, i).satisfies(text -> {
                assertInert(text.content());
                String original = text.text().orElse(text.content());
                assertThat(composed(policy, original)).isEqualTo(text);
            });
        }
    }

    @Test
    void hostile_text_of_full_length_is_composed_in_bounded_time() {
        composed(Policy.ALLOWLIST, "<b>warm</b>".repeat(400));
        for (String piece : List.of(
                "<",
                "<b",
                "<b ",
                "<b>",
                "<b><i>",
                "<pre><b>",
                "</b>",
                "<b></pre>",
                "<!--",
                "<b a=\"",
                "<b a='>",
                "&",
                "&lt",
                "&amp;",
                "\u2066",
                "\u202A\u2066",
                "\u2066\u202A\u2069",
                "@",
                "@a",
                "#a",
                "http://",
                "http://a)",
                "http://(",
                "http://a.",
                "a\u0301",
                "\u0301",
                "<u>\u0338",
                "xn--",
                "https://xn--a.")) {
            String input = piece.repeat(5_000 / piece.length());
            ComposedText composedText = composed(Policy.ALLOWLIST, input);
            long elapsedMs =
                    LongStream.generate(() -> cpuMs(input)).limit(5).min().orElseThrow();
            assertThat(elapsedMs).as("ms of the processor for %s", piece).isLessThan(250);
            assertThat(composedText.content().length())
                    .as("growth of %s", piece)
                    .isLessThanOrEqualTo(6 * 5_000);
            assertInert(composedText.content());
        }
    }

    /** No client can send as much; what grows faster than the text would show here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<",
                "<b>",
                "<b ",
                "<b a=\"",
                "<!--",
                "&",
                "&amp",
                "&lt;",
                "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "&#1234567",
                "\u2066",
                "\u202A\u2066",
                "\u2066\u202A\u2069",
                "@",
                "#a",
                "http://",
                "http://a)",
                "http://(",
                "\u0301",
                "<u>\u0338",
                "https://xn--a.",
                "</b>",
                "<pre><b>",
                "a\r\n"
            })
    void megabyte_of_hostile_text_takes_linear_time(String piece) {
        String input = piece.repeat((1 << 20) / piece.length());
        composed(Policy.ALLOWLIST, piece.repeat(10_000));
        assertThat(LongStream.generate(() -> cpuMs(input)).limit(3).min().orElseThrow())
                .as("ms of the processor for a megabyte of %s", piece)
                .isLessThan(1_500);
    }

    /** To normalise text sorts its marks, each by steps over all that belong behind it. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0344,\u0F73", "\u0345,\u0301,\u0316,\u0334"})
    void hundred_thousand_marks_in_the_worst_order_take_linear_time(String blocks) {
        List<String> marks = List.of(blocks.split(","));
        String input =
                marks.stream().map(mark -> mark.repeat(100_000 / marks.size())).collect(Collectors.joining());
        String references =
                input.codePoints().limit(20_000).mapToObj("&#%d;"::formatted).collect(Collectors.joining());
        for (String text : List.of(input, references)) {
            assertThat(LongStream.generate(() -> cpuMs(text)).limit(3).min().orElseThrow())
                    .as("ms of the processor")
                    .isLessThan(1_500);
        }
    }

    /** A host that is short of processors may count some of its own time as time of this thread. */
    private static long cpuMs(String input) {
        long start = CPU.getCurrentThreadCpuTime();
        composed(Policy.ALLOWLIST, input);
        return (CPU.getCurrentThreadCpuTime() - start) / 1_000_000;
    }

    private static String pieces(Random random) {
        List<String> alphabet = List.of(
                "<",
                ">",
                "</",
                "/>",
                "b",
                "i",
                "pre",
                "script",
                "img",
                " ",
                "=",
                "\"",
                "'",
                "&",
                ";",
                "#",
                "lt;",
                "amp;",
                "<!--",
                "-->",
                "<b>",
                "</b>",
                "<i>",
                "</i>",
                "<code>",
                "<pre>",
                "</pre>",
                "on",
                "x",
                "\n",
                "\u0338",
                "\u0301",
                "\u2066",
                "\u2069",
                "\u202E",
                "\u202A",
                "@",
                "http://",
                "😀",
                "<svg",
                "<style>",
                "</style>",
                "<![CDATA[");
        StringBuilder input = new StringBuilder();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            input.append(alphabet.get(random.nextInt(alphabet.size())));
        }
        return input.toString();
    }

    private static ComposedText composed(Policy policy, String input) {
        return new ContentPolicy(new ContentConfig(policy, false))
                .compose(input)
                .fold(text -> text, why -> fail(why.toString()));
    }
}
