package dev.portcullis.search;

import dev.portcullis.content.DefaultIgnorable;
import dev.portcullis.content.StreamSafeText;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;
import org.apache.lucene.analysis.tokenattributes.TypeAttribute;
import org.jspecify.annotations.Nullable;

/**
 * Cuts texts into words, by the rules of Unicode (UAX #29). Words are compared without case, accents and characters that are
 * not drawn. Of scripts that are written without spaces, and of Korean, whose words have endings, each character is a word:
 * what is looked for may begin and end anywhere.
 */
public final class Words {
    private static final Set<String> UNSPACED = Set.of(
            StandardTokenizer.TOKEN_TYPES[StandardTokenizer.IDEOGRAPHIC],
            StandardTokenizer.TOKEN_TYPES[StandardTokenizer.HIRAGANA],
            StandardTokenizer.TOKEN_TYPES[StandardTokenizer.KATAKANA],
            StandardTokenizer.TOKEN_TYPES[StandardTokenizer.HANGUL],
            StandardTokenizer.TOKEN_TYPES[StandardTokenizer.SOUTHEAST_ASIAN]);

    /** The accents and points that are left out by those who type in a hurry. In other scripts a mark is a vowel. */
    private static final Pattern ACCENTS = Pattern.compile(
            "[\\x{0300}-\\x{036F}\\x{0483}-\\x{0487}\\x{0591}-\\x{05C7}\\x{0610}-\\x{061A}\\x{0640}\\x{064B}-\\x{065F}\\x{0670}]");

    /** NFKD makes 18 and 8 characters of these, and at most 6 of any other (CWE-400). */
    private static final List<Character> LONG_LIGATURES = List.of('\uFDFA', '\uFDFB');

    private static final char A_LETTER = '\u0635';

    /** What single characters fold to: a text of a script without spaces has nothing else. */
    private static final AtomicReferenceArray<@Nullable String> SINGLE =
            new AtomicReferenceArray<>(1 << Character.SIZE);

    private Words() {}

    /**
     * The terms under which an index has a text. A pair of neighbouring characters of a script without spaces is one term, as is each
     * of the two.
     */
    public static Set<String> terms(String text) {
        Set<String> terms = new LinkedHashSet<>();
        List<Word> words = of(text);
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            terms.add(word.folded());
            if (word.continues()) {
                terms.add(words.get(i - 1).folded() + word.folded());
            }
        }
        return terms;
    }

    /** The words of a text in their order. */
    static List<Word> of(String text) {
        Cut cut = new Cut(text);
        try (StandardTokenizer tokens = new StandardTokenizer()) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            OffsetAttribute place = tokens.addAttribute(OffsetAttribute.class);
            TypeAttribute type = tokens.addAttribute(TypeAttribute.class);
            tokens.setReader(new StringReader(text));
            tokens.reset();
            while (tokens.incrementToken()) {
                if (UNSPACED.contains(type.type())) {
                    cut.addEach(term.toString(), place.startOffset());
                } else {
                    cut.add(term.toString(), place.startOffset());
                }
            }
            tokens.end();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a text in memory can be read", impossible);
        }
        return cut.words;
    }

    /** The words that were found in a text so far. */
    private static final class Cut {
        private final String text;
        private final List<Word> words = new ArrayList<>();

        /** Where a character continues the last word, whose script has no spaces; -1 behind other words. */
        private int next = -1;

        Cut(String text) {
            this.text = text;
        }

        /** Controls around a word, such as the end of an isolate, are no part of it. */
        void add(String found, int from) {
            String folded = folded(found);
            if (folded.isEmpty()) {
                return;
            }
            int begin = 0;
            while (isFormat(found.codePointAt(begin))) {
                begin += Character.charCount(found.codePointAt(begin));
            }
            int end = found.length();
            while (isFormat(found.codePointBefore(end))) {
                end -= Character.charCount(found.codePointBefore(end));
            }
            words.add(new Word(folded, from + begin, end - begin, false));
            next = -1;
        }

        void addEach(String run, int from) {
            for (int i = 0; i < run.length(); ) {
                int begin = from + i;
                int units = Character.charCount(run.codePointAt(i));
                String folded = folded(run.substring(i, i + units));
                if (!folded.isEmpty()) {
                    int end = behind(begin + units, Words::isSelector);
                    words.add(new Word(folded, begin, end - begin, begin == next));
                    next = behind(end, Words::isUndrawn);
                }
                i += units;
            }
        }

        private int behind(int from, IntPredicate skipped) {
            int at = from;
            while (at < text.length() && skipped.test(text.codePointAt(at))) {
                at += Character.charCount(text.codePointAt(at));
            }
            return at;
        }
    }

    /** People do not see these characters and do not type them; programs add them. */
    private static boolean isUndrawn(int codePoint) {
        return isFormat(codePoint) || isSelector(codePoint);
    }

    /** It says in which variant the character before it is drawn. */
    private static boolean isSelector(int codePoint) {
        return DefaultIgnorable.contains(codePoint) && !isFormat(codePoint);
    }

    private static boolean isFormat(int codePoint) {
        return Character.getType(codePoint) == Character.FORMAT;
    }

    private static String folded(String word) {
        if (word.length() != 1) {
            return foldedOnce(word);
        }
        String known = SINGLE.get(word.charAt(0));
        if (known != null) {
            return known;
        }
        String folded = foldedOnce(word);
        SINGLE.set(word.charAt(0), folded);
        return folded;
    }

    private static String foldedOnce(String word) {
        return isAscii(word) ? word.toLowerCase(Locale.ROOT) : foldedUnicode(word);
    }

    /** Most words are: a text of them takes a third of the time. */
    private static boolean isAscii(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String foldedUnicode(String word) {
        String brief = drawn(word);
        for (char ligature : LONG_LIGATURES) {
            brief = brief.replace(ligature, A_LETTER);
        }
        String decomposed = ACCENTS.matcher(Normalizer.normalize(StreamSafeText.of(brief), Normalizer.Form.NFKD))
                .replaceAll("")
                .toUpperCase(Locale.ROOT) // of letters that look alike in small, some differ in capitals alone: ſ, ς
                .toLowerCase(Locale.ROOT)
                .replace('ς', 'σ');
        char[] units = decomposed.toCharArray();
        char[] ascii = new char[4 * units.length];
        int length = ASCIIFoldingFilter.foldToASCII(units, 0, ascii, 0, units.length);
        return new String(ascii, 0, length);
    }

    private static String drawn(String word) {
        if (word.codePoints().noneMatch(Words::isUndrawn)) {
            return word;
        }
        StringBuilder drawn = new StringBuilder(word.length());
        word.codePoints().filter(each -> !isUndrawn(each)).forEach(drawn::appendCodePoint);
        return drawn.toString();
    }
}
