package dev.portcullis.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchTermsTest {
    /** Letters of several scripts, what folds, what is cut, surrogates alone and in pairs. */
    private static final String LETTERS = "aAäßłΣςабЁ中国語ひカ학교ไทยदिक्अ\"'()*:&|!\\- .😀\uD83D\u0301İı\u0000";

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

    private static String text(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(most);
        for (int i = 0; i < length; i++) {
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return text.toString();
    }
}
