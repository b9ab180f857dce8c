package dev.portcullis.content;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The result of preparing a message's text. */
public sealed interface ComposedText {
    <R> R fold(Function<Text, R> text, Function<Rejected, R> rejected);

    /**
     * @param content safe as HTML; never sanitised or decoded again
     * @param text the original, where {@code content} differs from it
     * @param mentions each with its {@code @}, in order of appearance
     * @param hashtags each with its {@code #}, in order of appearance
     */
    record Text(String content, Optional<String> text, List<String> mentions, List<String> hashtags, List<Link> links)
            implements ComposedText {
        @Override
        public <R> R fold(Function<Text, R> accepted, Function<Rejected, R> rejected) {
            return accepted.apply(this);
        }
    }

    record Rejected(Violation why) implements ComposedText {
        @Override
        public <R> R fold(Function<Text, R> accepted, Function<Rejected, R> rejected) {
            return rejected.apply(this);
        }
    }

    /**
     * A link in a message.
     *
     * @param url as it was typed; free of whitespace, quotes, angle brackets and controls
     * @param safe false if the link may lead elsewhere than it seems
     */
    record Link(String url, boolean safe) {}
}
