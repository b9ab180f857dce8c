package dev.portcullis.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTermsTest {
    /** Letters of several scripts, what folds, what is cut, surrogates alone and in pairs. */
    private static final String LETTERS =
            "aAäßłΣςабЁ中国語ひカ학교ไทยदिक्अ\"'()*:&|!\\- .😀\uD83D\u0301İı\u0000\u200B\u2068\u2069\uFE0F";

    /** Marks of direction, the end of an isolate, a soft hyphen, joiners, a selector of a variant, a tag. */
    private static final List<String> UNDRAWN = List.of(
            "\u200E",
            "\u200F",
            "\u2069",
            "\u00AD",
            "\u2060",
            "\u200C",
            "\u200D",
            "\uFE0F",
            "\uDB40\uDD00",
            "\uDB40\uDC41");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello               | Well, HELLO there          | HELLO",
                "there well          | Well, hello there          | Well there",
                "cafe                | le Café                    | Café",
                "café                | le cafe                    | cafe",
                "strasse             | in der Straße              | Straße",
                "lodz                | Łódź                       | Łódź",
                "ΟΔΟΣ                | οδος                       | οδος",
                "istanbul            | İstanbul                   | İstanbul",
                "中国                | 我是中国人                 | 中国",
                "国                  | 我是中国人                 | 国",
                "東京 タワー         | 昨日、東京でタワーを見た   | 東京 タワー",
                "학교                | 우리는 학교에서            | 학교",
                "ประเทศ              | ฉันรักประเทศไทย            | ประเทศ",
                "דבר                 | דָּבָר                        | דָּבָר",
                "can't               | I can't                    | can't",
                "😀                  | so 😀!                     | 😀",
                "3.14                | pi is 3.14                 | 3.14",
                "deploy deploy       | Deploy the deploy          | Deploy deploy"
            })
    void finds_the_words_of_a_query_in_a_text(String query, String text, String highlighted) {
        List<Highlight> found = SearchTerms.of(query).in(text).orElseThrow();
        assertThat(String.join(
                        " ",
                        found.stream()
                                .map(part -> text.substring(part.from(), part.from() + part.length()))
                                .toList()))
                .isEqualTo(highlighted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello world   | hello",
                "hell          | hello",
                "中国          | 中 国",
                "中国人        | 中国的国人",
                "'!?* ()'      | a!?* ()",
                "a OR b        | a b",
                "कि            | क"
            })
    void does_not_find_what_the_text_lacks(String query, String text) {
        assertThat(SearchTerms.of(query).in(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "שלום, שלום\u200f, 0, 4",
        "zebra, a \u2068zebra\u2069 b, 3, 5",
        "gnu, gnu\u200e, 0, 3",
        "tapir, a tap\u00adir, 2, 6",
        "ta\u00adpir, a tapir, 2, 5",
        "نمیخواهم, نمی\u200cخواهم, 0, 9",
        "中国人, 我\u2068中\u2060国人\u2069, 2, 4",
        "葛城, 葛\uDB40\uDD00城市, 0, 4",
        "葛, 葛\uDB40\uDD00城市, 0, 3",
        "ประเทศไทย, ฉันรักประเทศ\u200bไทย, 6, 10",
        "❤, ❤\uFE0F\u200e!, 0, 2"
    })
    void word_is_found_beside_characters_that_are_not_drawn(String query, String text, int from, int length) {
        SearchTerms terms = SearchTerms.of(query);
        assertThat(terms.in(text)).contains(List.of(new Highlight(from, length)));
        assertThat(Words.terms(text)).containsAll(terms.indexed());
    }

    @Test
    void characters_that_are_not_drawn_change_no_term_and_are_at_no_end_of_a_highlight() {
        Random random = new Random(9);
        for (int i = 0; i < 20_000; i++) {
            String text = text(random, 24).replaceAll("[\u200B\u2068\u2069\uFE0F\\p{Cs}]", "");
            StringBuilder with = new StringBuilder();
            text.codePoints().forEach(each -> {
                with.appendCodePoint(each);
                while (random.nextInt(4) == 0) {
                    with.append(UNDRAWN.get(random.nextInt(UNDRAWN.size())));
                }
            });
            assertThat(Words.terms(with.toString())).as(with.toString()).isEqualTo(Words.terms(text));
            SearchTerms.of(text)
                    .in(with.toString())
                    .ifPresent(found -> found.forEach(part -> {
                        assertThat(Character.getType(with.codePointAt(part.from())))
                                .isNotEqualTo(Character.FORMAT);
                        assertThat(Character.getType(with.codePointBefore(part.end())))
                                .isNotEqualTo(Character.FORMAT);
                    }));
        }
    }

    @Test
    void index_has_each_term_of_each_query_that_a_text_matches() {
        Random random = new Random(7);
        List<String> matched = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            String text = text(random, 24);
            int from = random.nextInt(text.length());
            String query = random.nextInt(4) == 0
                    ? text(random, 3)
                    : text.substring(from, from + 1 + random.nextInt(text.length() - from));
            SearchTerms terms = SearchTerms.of(query);
            terms.in(text).ifPresent(found -> {
                matched.add(query);
                assertThat(Words.terms(text)).as(query + " in " + text).containsAll(terms.indexed());
                int end = 0;
                for (Highlight part : found) {
                    assertThat(part.from()).isGreaterThanOrEqualTo(end);
                    assertThat(part.length()).isPositive();
                    end = part.end();
                }
                assertThat(end).isLessThanOrEqualTo(text.length());
            });
            assertThat(terms.indexed().isEmpty()).isEqualTo(terms.isEmpty());
        }
        assertThat(matched).hasSizeGreaterThan(3_000);
    }

    @Test
    void text_matches_itself_where_it_has_a_word() {
        Random random = new Random(8);
        for (int i = 0; i < 5_000; i++) {
            String text = text(random, 24);
            SearchTerms terms = SearchTerms.of(text);
            assertThat(terms.in(text).isPresent()).as(text).isNotEqualTo(terms.isEmpty());
        }
    }

    @Test
    void first_places_of_many_are_named() {
        List<Highlight> words = SearchTerms.of("a").in("a ".repeat(1_000)).orElseThrow();
        assertThat(words).hasSize(100).startsWith(new Highlight(0, 1), new Highlight(2, 1));
        List<Highlight> pairs =
                SearchTerms.of("字体 b").in("字体 ".repeat(1_000) + "b").orElseThrow();
        assertThat(pairs).hasSize(100).startsWith(new Highlight(0, 2), new Highlight(3, 2));
        assertThat(SearchTerms.of("字字").in("字".repeat(1_000))).contains(List.of(new Highlight(0, 1_000)));
    }

    @ParameterizedTest
    @CsvSource({"字字体, 字字字体, 1", "字体字体人, 字体字体字体人, 2", "字体字字体字, 字体字字体字字体字, 0"})
    void characters_that_recur_are_found_wherever_they_begin(String query, String text, int from) {
        assertThat(SearchTerms.of(query).in(text).orElseThrow().get(0).from()).isEqualTo(from);
    }

    /** NFKD makes 18 characters of this one, so the words of a message would be those of a book. */
    @Test
    void ligature_of_a_sentence_is_one_letter() {
        assertThat(Words.terms("\uFDFA".repeat(240)))
                .singleElement()
                .satisfies(term -> assertThat(term).hasSize(240));
        assertThat(SearchTerms.of("\uFDFA").in("x \uFDFA")).contains(List.of(new Highlight(2, 1)));
    }

    /** Each of these took as long as the query times the text, for each of hundreds of messages of one search. */
    @Test
    void query_that_repeats_itself_costs_no_more_than_the_text() {
        String letters = "a ".repeat(20_000);
        String characters = "字".repeat(20_000);
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (int i = 0; i < 50; i++) {
                assertThat(SearchTerms.of("a ".repeat(100)).in(letters)).isPresent();
                assertThat(SearchTerms.of("字".repeat(199) + "体").in(characters + " 字体"))
                        .isEmpty();
            }
        });
    }

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(most);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
