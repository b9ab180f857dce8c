package dev.portcullis.edge;

import dev.portcullis.auth.TokenDefect;
import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.edge.Connection.Registration;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;

/** How a token was received. */
sealed interface Reception {
    <R> R accept(Cases<R> cases);

    /** One arm for each outcome. */
    interface Cases<R> {
        R welcome(Welcome reception);

        R denied(Denied reception);

        R full(Full reception);

        R hasty(Hasty reception);
    }

    /** A session was opened. */
    record Welcome(Registration registration, ServerFrame.AuthSuccess greeting) implements Reception {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.welcome(this);
        }
    }

    /** The token is not good. */
    record Denied(AuthRefusal why, Optional<TokenDefect> defect) implements Reception {
        static Denied of(TokenDefect defect) {
            return new Denied(defect.refusal(), Optional.of(defect));
        }

        CloseNotice word(Optional<String> id) {
            return new CloseNotice.AuthFailed(why, defect, id);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.denied(this);
        }
    }

    /** The user has as many sessions as one may have. */
    record Full() implements Reception {
        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.full(this);
        }
    }

    /** The user comes too often. */
    record Hasty(long retryAfterMs) implements Reception {
        CloseNotice word(Optional<String> id) {
            return new CloseNotice.Rejected(new Limited(Scope.USER, Window.MINUTE, retryAfterMs), id);
        }

        @Override
        public <R> R accept(Cases<R> cases) {
            return cases.hasty(this);
        }
    }
}
