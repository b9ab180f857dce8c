package dev.portcullis.content;

import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.Optional;

/** Makes a message's text fit for a page. In time linear in its length, whatever it holds. */
public final class ContentPolicy {
    private static final ComposedText UNFIT = new ComposedText.Rejected(new Violation("/content", "pattern"));

    private final ContentConfig config;

    public ContentPolicy(ContentConfig config) {
        this.config = config;
    }

    public ComposedText compose(String input) {
        return TextNormalizer.of(input)
                .filter(text -> !(config.blockShellPatterns() && ShellPatterns.in(text)))
                .map(this::composed)
                .orElse(UNFIT);
    }

    private ComposedText composed(String text) {
        String content = config.policy() == Policy.ESCAPE ? HtmlEscaper.all(text) : HtmlAllowlist.inert(text);
        TextEntities found = TextEntities.in(text);
        return new ComposedText.Text(
                content,
                Optional.of(text).filter(original -> !original.equals(content)),
                found.mentions(),
                found.hashtags(),
                found.links());
    }
}
