package dev.portcullis.content;

import dev.portcullis.config.Live;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import java.util.List;
import java.util.Optional;

/** Makes a message's text safe for a page, in time linear in its length for any input. */
public final class ContentPolicy {
    private static final Violation REFUSED = new Violation("/content", "pattern");

    /** What a shell would interpret if a message were passed to it (CWE-78). */
    private static final List<String> SHELL_PATTERNS = List.of(";", "&&", "||", ">", "<", "`", "$(", "\\", "\n");

    private final Live<ContentConfig> config;

    public ContentPolicy(ContentConfig config) {
        this(Live.fixed(config));
    }

    public ContentPolicy(Live<ContentConfig> config) {
        this.config = config;
    }

    public Result<ComposedText, Violation> compose(String input) {
        ContentConfig current = config.get();
        return TextNormalizer.of(input)
                .filter(text -> !(current.blockShellPatterns()
                        && SHELL_PATTERNS.stream().anyMatch(text::contains)))
                .<Result<ComposedText, Violation>>map(text -> Result.done(composed(text, current)))
                .orElseGet(() -> Result.refused(REFUSED));
    }

    private static ComposedText composed(String text, ContentConfig config) {
        String content = config.policy() == Policy.ESCAPE ? HtmlEscaper.all(text) : HtmlAllowlist.inert(text);
        TextEntities entities = TextEntities.in(text);
        return new ComposedText(
                content,
                Optional.of(text).filter(original -> !original.equals(content)),
                entities.mentions(),
                entities.hashtags(),
                entities.links());
    }
}
