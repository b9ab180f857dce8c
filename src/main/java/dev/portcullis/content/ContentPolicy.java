package dev.portcullis.content;

import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.Optional;

/** Makes a message's text fit for a page. In time linear in its length, whatever it holds. */
public final class ContentPolicy {
    private static final Composed UNFIT = new Composed.Unfit(new Violation("/content", "pattern"));

    private final ContentConfig config;

    public ContentPolicy(ContentConfig config) {
        this.config = config;
    }

    public Composed compose(String input) {
        return NormalText.of(input)
                .filter(text -> !(config.blockShellPatterns() && ShellPatterns.in(text)))
                .map(this::composed)
                .orElse(UNFIT);
    }

    private Composed composed(String text) {
        String content = config.policy() == Policy.ESCAPE ? Escaping.all(text) : Markup.inert(text);
        Findings found = Findings.in(text);
        return new Composed.Text(
                content,
                Optional.of(text).filter(original -> !original.equals(content)),
                found.mentions(),
                found.hashtags(),
                found.links());
    }
}
