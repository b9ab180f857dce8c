package dev.portcullis.edge;

import dev.portcullis.auth.TokenDefect;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Rejection;
import java.util.Optional;

/** What a connection hears before it is closed, and what is counted and written down of it. */
sealed interface LastWord {
    void accept(Cases cases);

    /** One arm for each. */
    interface Cases {
        void notLetIn(NotLetIn word);

        void refused(Refused word);

        void nothing();
    }

    /**
     * The token is not good.
     *
     * @param defect for the log alone
     */
    record NotLetIn(AuthRefusal why, Optional<TokenDefect> defect, Optional<String> id) implements LastWord {
        @Override
        public void accept(Cases cases) {
            cases.notLetIn(this);
        }
    }

    /** Not now. */
    record Refused(Rejection why, Optional<String> id) implements LastWord {
        @Override
        public void accept(Cases cases) {
            cases.refused(this);
        }
    }

    /** The close code says it all. */
    enum Nothing implements LastWord {
        NOTHING;

        @Override
        public void accept(Cases cases) {
            cases.nothing();
        }
    }
}
