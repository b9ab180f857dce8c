package dev.portcullis.content;

import java.util.ArrayList;
import java.util.List;

/** Mentions, hashtags and links of a text, entities in one pass. A link's own {@code @} and {@code #} are part of it. */
final class TextEntities {
    private static final int MAX_ENTITIES = 20;

    private final String text;
    private final List<String> mentions = new ArrayList<>(0); // few, and most texts have none
    private final List<String> hashtags = new ArrayList<>(0);
    private final List<String> links = new ArrayList<>(0);

    private TextEntities(String text) {
        this.text = text;
    }

    static TextEntities in(String text) {
        TextEntities entities = new TextEntities(text);
        int at = 0;
        int before = ' ';
        while (at < text.length()) {
            int end = entities.endOfEntity(at, before);
            before = text.codePointBefore(end);
            at = end;
        }
        return entities;
    }

    List<String> mentions() {
        return List.copyOf(mentions);
    }

    List<String> hashtags() {
        return List.copyOf(hashtags);
    }

    List<ComposedText.Link> links() {
        return links.isEmpty()
                ? List.of()
                : links.stream()
                        .map(url -> new ComposedText.Link(url, LinkSafety.isSafe(url)))
                        .toList();
    }

    /** The index after the entity at {@code at}, or after one character if there is none. */
    private int endOfEntity(int at, int before) {
        char each = text.charAt(at);
        int end = switch (each) {
            case 'h', 'H' -> LinkScanner.endOfLink(text, at);
            case '@', '#' -> continuesWord(before) ? at : endOfWord(at + 1);
            default -> at;
        };
        if (end <= at + 1) {
            return at + Character.charCount(text.codePointAt(at));
        }
        List<String> kind = each == '@' ? mentions : each == '#' ? hashtags : links;
        String entity = text.substring(at, end);
        if (kind.size() < MAX_ENTITIES && !kind.contains(entity)) {
            kind.add(entity);
        }
        return end;
    }

    private int endOfWord(int from) {
        int at = from;
        while (at < text.length() && isWord(text.codePointAt(at), at == from)) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }

    /**
     * The sign in {@code me@example.org}, in {@code C#minor} or in a character reference starts no mention and no
     * hashtag.
     */
    private static boolean continuesWord(int before) {
        return before == '&' || isWord(before, false);
    }

    /** A mark can't come first: the keycap emoji is {@code #} with two marks. */
    private static boolean isWord(int codePoint, boolean first) {
        if (codePoint < 0x80) {
            return codePoint == '_' || Character.isLetterOrDigit(codePoint);
        }
        return Character.isLetterOrDigit(codePoint)
                || (!first && (isMark(codePoint) || codePoint == 0x200C || codePoint == 0x200D));
    }

    private static boolean isMark(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }
}
