package dev.portcullis.content;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.owasp.html.Encoding;

/**
 * Tells markup from text that only looks like it. An HTML parser takes {@code i<n} for the start of a tag and swallows
 * what follows, which is wrong for chat about code. Here a tag ends with {@code >} and contains no other {@code <}. The
 * output is HTML with the allowed tags, without attributes, and escaped text.
 */
final class TagScanner {
    /** No attribute starts with one of these, so one after a space marks a comparison, as in {@code a <b && c> d}. */
    private static final String OPERATORS = "&|+-*%;,.()";

    private final Set<String> allowed;
    private final String text;
    private final StringBuilder out;
    private int at;

    /** False once a search for the end of a comment has failed: repeated searches would take quadratic time. */
    private boolean commentsEnd = true;

    /**
     * A character reference (HTML standard, section 13.5), by name or by number, which stands for its character. Without the
     * semicolon it is text: people write query strings. So is one for a character that may not be delivered: it would come
     * back that way (CWE-116).
     *
     * @param length in characters, with the ampersand and the semicolon
     * @param stands for this text
     */
    record CharacterReference(int length, String stands) {
        private static final int LONGEST = 36;

        /** No number of more digits is a code point, and no name is longer. */
        private static final Pattern FORM =
                Pattern.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});");

        /** The reference that begins at {@code at}. */
        static Optional<CharacterReference> at(String text, int at) {
            Matcher form = FORM.matcher(text).region(at, Math.min(text.length(), at + LONGEST));
            if (!form.lookingAt()) {
                return Optional.empty();
            }
            String written = form.group();
            String stands = Encoding.decodeHtml(written, false);
            return stands.isEmpty() || stands.equals(written) || !TextNormalizer.isDeliverable(stands)
                    ? Optional.empty()
                    : Optional.of(new CharacterReference(written.length(), stands));
        }
    }

    private TagScanner(Set<String> allowed, String text) {
        this.allowed = allowed;
        this.text = text;
        this.out = new StringBuilder(text.length() + 32);
    }

    static String scan(Set<String> allowed, String text) {
        TagScanner scanner = new TagScanner(allowed, text);
        while (scanner.at < text.length()) {
            scanner.step();
        }
        return scanner.out.toString();
    }

    private void step() {
        char each = text.charAt(at);
        int end = each == '<' ? endOfMarkup() : at;
        if (end > at) {
            out.append(allowedTag(text.substring(at, end)));
            at = end;
            return;
        }
        Optional<CharacterReference> reference = each == '&' ? CharacterReference.at(text, at) : Optional.empty();
        if (reference.isPresent()) {
            HtmlEscaper.append(out, reference.get().stands());
            at += reference.get().length();
        } else {
            HtmlEscaper.append(out, each);
            at++;
        }
    }

    /**
     * The tag without its attributes if it is allowed, or nothing. {@code <b/>} is empty, so removing it loses no text.
     */
    private String allowedTag(String tag) {
        boolean closes = tag.startsWith("</");
        int begin = closes ? 2 : 1;
        int end = begin;
        while (isNamePart(tag.charAt(end))) {
            end++;
        }
        String name = tag.substring(begin, end).toLowerCase(Locale.ROOT);
        return allowed.contains(name) && !tag.endsWith("/>") ? (closes ? "</" : "<") + name + ">" : "";
    }

    /** The index after the markup that begins here, or the current index if there is none. */
    private int endOfMarkup() {
        if (text.startsWith("<!--", at)) {
            return endOfComment();
        }
        int name = at + (next(1) == '/' || next(1) == '!' || next(1) == '?' ? 2 : 1);
        if (name >= text.length() || !isLetter(text.charAt(name))) {
            return at;
        }
        int nameEnd = name;
        while (nameEnd < text.length() && isNamePart(text.charAt(nameEnd))) {
            nameEnd++;
        }
        return nameEnd < text.length() && endsName(text.charAt(nameEnd)) ? endOfTag(nameEnd) : at;
    }

    private int endOfComment() {
        int end = commentsEnd ? text.indexOf("-->", at + 4) : -1;
        commentsEnd = end >= 0;
        return commentsEnd ? end + 3 : at;
    }

    /** A {@code >} within a quoted value does not end the tag; a {@code <} anywhere means that there is no tag. */
    private int endOfTag(int from) {
        char quote = 0;
        char before = 0;
        for (int i = from; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '<' || (quote == 0 && isSpace(text.charAt(i - 1)) && OPERATORS.indexOf(each) >= 0)) {
                return at;
            }
            if (quote != 0) {
                quote = each == quote ? 0 : quote;
            } else if (each == '>') {
                return i + 1;
            } else if ((each == '"' || each == '\'') && before == '=') {
                quote = each;
            }
            before = isSpace(each) ? before : each;
        }
        return at;
    }

    private char next(int offset) {
        return at + offset < text.length() ? text.charAt(at + offset) : 0;
    }

    private static boolean endsName(char each) {
        return each == '>' || each == '/' || isSpace(each);
    }

    private static boolean isSpace(char each) {
        return each == ' ' || each == '\n' || each == '\t';
    }

    private static boolean isNamePart(char each) {
        return isLetter(each) || (each >= '0' && each <= '9') || each == '-' || each == ':';
    }

    private static boolean isLetter(char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
    }
}
