package dev.portcullis.broadcast;

import dev.portcullis.protocol.Rejection;
import dev.portcullis.streams.Append;
import java.util.function.Function;

/** A publication, judged: ready to be appended, or not fit for it. */
sealed interface Draft {
    <R> R fold(Function<Append, R> fit, Function<Rejection, R> unfit);

    record Fit(Append append) implements Draft {
        @Override
        public <R> R fold(Function<Append, R> fit, Function<Rejection, R> unfit) {
            return fit.apply(append);
        }
    }

    record Unfit(Rejection why) implements Draft {
        @Override
        public <R> R fold(Function<Append, R> fit, Function<Rejection, R> unfit) {
            return unfit.apply(why);
        }
    }
}
