package dev.portcullis.content;

import java.util.List;
import java.util.Optional;

/**
 * A message's text as it goes to readers.
 *
 * @param content safe as HTML; never sanitised or decoded again
 * @param text the original, where {@code content} differs from it
 * @param mentions each with its {@code @}, in order of appearance
 * @param hashtags each with its {@code #}, in order of appearance
 */
public record ComposedText(
        String content, Optional<String> text, List<String> mentions, List<String> hashtags, List<Link> links) {
    /**
     * A link in a message.
     *
     * @param url as it was typed; free of whitespace, quotes, angle brackets and controls
     * @param safe false if the link may lead elsewhere than it seems
     */
    public record Link(String url, boolean safe) {}
}
