package dev.portcullis.auth.account;

import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.refresh.RefreshToken;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Secret;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The client of the accounts of the auth stage. Its futures fail only with a {@code BusFailure}. */
public final class Accounts {
    public static final Question<Register, GrantResult> REGISTER =
            Question.about(Stage.AUTH, "register", Register.class, GrantResult.class, Register::email);
    public static final Question<LogIn, GrantResult> LOG_IN =
            Question.about(Stage.AUTH, "log_in", LogIn.class, GrantResult.class, LogIn::email);
    public static final Question<Refresh, GrantResult> REFRESH =
            Question.about(Stage.AUTH, "refresh_login", Refresh.class, GrantResult.class, Refresh::refreshToken);
    public static final Question<ChooseRefresh, RefreshChoice> CHOOSE_REFRESH = Question.about(
            Stage.AUTH, "choose_refresh", ChooseRefresh.class, RefreshChoice.class, ChooseRefresh::refreshTokens);
    public static final Question<LogOut, LoggedOut> LOG_OUT =
            Question.about(Stage.AUTH, "log_out", LogOut.class, LoggedOut.class, LogOut::user);
    public static final Question<ChangePassword, GrantResult> CHANGE_PASSWORD = Question.about(
            Stage.AUTH, "change_password", ChangePassword.class, GrantResult.class, ChangePassword::user);
    public static final Question<Find, Found> FIND =
            Question.about(Stage.AUTH, "account", Find.class, Found.class, Find::user);

    public static final Question<CheckPassword, PasswordChecked> CHECK_PASSWORD = Question.about(
            Stage.AUTH, "check_password", CheckPassword.class, PasswordChecked.class, CheckPassword::user);
    public static final Question<ListLogins, LoginList> LIST_LOGINS =
            Question.about(Stage.AUTH, "list_logins", ListLogins.class, LoginList.class, ListLogins::user);
    public static final Question<EndLogin, LoginEnded> END_LOGIN =
            Question.about(Stage.AUTH, "end_login", EndLogin.class, LoginEnded.class, EndLogin::user);
    public static final Question<BeginFactor, FactorBegun> BEGIN_FACTOR =
            Question.about(Stage.AUTH, "begin_factor", BeginFactor.class, FactorBegun.class, BeginFactor::user);
    public static final Question<ConfirmFactor, FactorConfirmed> CONFIRM_FACTOR = Question.about(
            Stage.AUTH, "confirm_factor", ConfirmFactor.class, FactorConfirmed.class, ConfirmFactor::user);
    public static final Question<RemoveFactor, FactorRemoved> REMOVE_FACTOR =
            Question.about(Stage.AUTH, "remove_factor", RemoveFactor.class, FactorRemoved.class, RemoveFactor::user);
    public static final Question<FindFactor, FactorFound> FIND_FACTOR =
            Question.about(Stage.AUTH, "find_factor", FindFactor.class, FactorFound.class, FindFactor::user);

    private final Bus bus;

    public Accounts(Bus bus) {
        this.bus = bus;
    }

    public Future<GrantResult> register(Register request) {
        return bus.askLong(REGISTER, request);
    }

    public Future<GrantResult> logIn(LogIn request) {
        return bus.askLong(LOG_IN, request);
    }

    /** The user to whom a refresh token claims to belong. Only the stage knows whether the token is genuine. */
    public static Optional<UserId> userOf(String refreshToken) {
        return RefreshToken.parse(refreshToken).map(GrantIssuer::userOf);
    }

    /** Which login a text says its refresh token is of. Only the stage knows whether it is one. */
    public static Optional<String> sidOf(String refreshToken) {
        return RefreshToken.parse(refreshToken).map(RefreshToken::family);
    }

    /** Exchanges a refresh token for its successor, and for a new access token. */
    public Future<GrantResult> refresh(Refresh request) {
        return bus.ask(REFRESH, request);
    }

    /** Which of several refresh tokens of one request are exchanged. None of them is used up. */
    public Future<RefreshChoice> choose(List<String> refreshTokens) {
        return bus.ask(CHOOSE_REFRESH, new ChooseRefresh(refreshTokens));
    }

    /** Ends a login: its refresh tokens, its access tokens, and the sessions that were opened with one. Idempotent. */
    public Future<Void> logOut(UserId user, String sid) {
        return bus.ask(LOG_OUT, new LogOut(user, sid)).mapEmpty();
    }

    /** Changes the password and ends all other logins of the user. */
    public Future<GrantResult> changePassword(ChangePassword request) {
        return bus.askLong(CHANGE_PASSWORD, request);
    }

    /** Empty for a user who has no account here. */
    public Future<Optional<AccountProfile>> find(UserId user) {
        return bus.ask(FIND, new Find(user)).map(Found::profile);
    }

    /** Whether a user who is logged in knows the password of the account; empty if so. Changes nothing. */
    public Future<Optional<GrantRefusal>> checkPassword(UserId user, String password) {
        return bus.askLong(CHECK_PASSWORD, new CheckPassword(user, password)).map(PasswordChecked::refusal);
    }

    /** The logins that can be refreshed, oldest first; empty for a user who has no account here. */
    public Future<Optional<List<LoginEntry>>> logins(UserId user) {
        return bus.ask(LIST_LOGINS, new ListLogins(user)).map(LoginList::logins);
    }

    /** Ends a login as {@link #logOut} does; false if the user has no such one, and then nothing is done. */
    public Future<Boolean> endLogin(UserId user, String sid) {
        return bus.ask(END_LOGIN, new EndLogin(user, sid)).map(LoginEnded::found);
    }

    /** Makes a second factor for the account, which counts once it is confirmed. Asks for the password. */
    public Future<FactorBegun> beginFactor(BeginFactor request) {
        return bus.askLong(BEGIN_FACTOR, request);
    }

    /** From then on each login needs a code. */
    public Future<FactorConfirmed> confirmFactor(ConfirmFactor request) {
        return bus.ask(CONFIRM_FACTOR, request);
    }

    /** Empty if it is removed. Asks for the password and a code. */
    public Future<Optional<GrantRefusal>> removeFactor(RemoveFactor request) {
        return bus.askLong(REMOVE_FACTOR, request).map(FactorRemoved::refusal);
    }

    /** Empty for a user who has no account here. */
    public Future<Optional<FactorStatus>> factor(UserId user) {
        return bus.ask(FIND_FACTOR, new FindFactor(user)).map(FactorFound::status);
    }

    /**
     * The request of {@link #register}.
     *
     * @param invitation the code that the client brings
     */
    public record Register(
            String username,
            String email,
            String password,
            boolean refreshInBody,
            Optional<LoginDevice> device,
            Optional<String> invitation,
            PasswordTurn turn) {
        public Register at(PasswordTurn other) {
            return new Register(username, email, password, refreshInBody, device, invitation, other);
        }

        @Override
        public String toString() {
            return "Register[" + Secret.REDACTED + "]";
        }
    }

    /**
     * The request of {@link #logIn}.
     *
     * @param code of the second factor, or a recovery code
     */
    public record LogIn(
            String email,
            String password,
            boolean refreshInBody,
            Optional<LoginDevice> device,
            Optional<String> code,
            PasswordTurn turn) {
        public LogIn at(PasswordTurn other) {
            return new LogIn(email, password, refreshInBody, device, code, other);
        }

        @Override
        public String toString() {
            return "LogIn[" + Secret.REDACTED + "]";
        }
    }

    /**
     * The request of {@link #changePassword}.
     *
     * @param sid the login that asks, which goes on
     */
    public record ChangePassword(
            UserId user,
            Optional<String> sid,
            String currentPassword,
            String newPassword,
            Optional<LoginDevice> device) {
        @Override
        public String toString() {
            return "ChangePassword[" + user.value() + "]";
        }
    }

    /**
     * The request of {@link #refresh}.
     *
     * @param banned the user of the token, if banned: a right token of theirs is refused and stays as it is
     */
    public record Refresh(String refreshToken, Optional<UserId> banned, Optional<LoginDevice> device) {
        @Override
        public String toString() {
            return "Refresh[" + Secret.REDACTED + "]";
        }
    }

    public record ChooseRefresh(List<String> refreshTokens) {
        public ChooseRefresh {
            refreshTokens = List.copyOf(refreshTokens);
        }

        @Override
        public String toString() {
            return "ChooseRefresh[" + Secret.REDACTED + "]";
        }
    }

    public record LogOut(UserId user, String sid) {}

    public record LoggedOut() {}

    public record Find(UserId user) {}

    public record Found(Optional<AccountProfile> profile) {}

    public record CheckPassword(UserId user, String password) {
        @Override
        public String toString() {
            return "CheckPassword[" + user.value() + "]";
        }
    }

    /** The reply to {@link CheckPassword}: why the password was not confirmed. */
    public record PasswordChecked(Optional<GrantRefusal> refusal) {}

    public record ListLogins(UserId user) {}

    public record LoginList(Optional<List<LoginEntry>> logins) {
        public LoginList {
            logins = logins.map(List::copyOf);
        }
    }

    public record EndLogin(UserId user, String sid) {}

    public record LoginEnded(boolean found) {}

    public record BeginFactor(UserId user, String password) {
        @Override
        public String toString() {
            return "BeginFactor[" + user.value() + "]";
        }
    }

    /** The reply to {@link BeginFactor}: a refusal, or the factor. */
    public record FactorBegun(Optional<GrantRefusal> refusal, Optional<NewFactor> factor) {}

    /**
     * A second factor for the user's app.
     *
     * @param secret in Base32
     * @param uri the secret, with the names that the app shows
     */
    public record NewFactor(String secret, String uri) {
        @Override
        public String toString() { // a secret in a log makes every code (CWE-532)
            return "NewFactor[" + Secret.REDACTED + "]";
        }
    }

    public record ConfirmFactor(UserId user, String code) {
        @Override
        public String toString() {
            return "ConfirmFactor[" + user.value() + "]";
        }
    }

    /** The reply to {@link ConfirmFactor}: a refusal, or the recovery codes. */
    public record FactorConfirmed(Optional<GrantRefusal> refusal, List<String> recoveryCodes) {
        public FactorConfirmed {
            recoveryCodes = List.copyOf(recoveryCodes);
        }

        @Override
        public String toString() {
            return "FactorConfirmed[" + refusal + "]";
        }
    }

    public record RemoveFactor(UserId user, String password, String code) {
        @Override
        public String toString() {
            return "RemoveFactor[" + user.value() + "]";
        }
    }

    public record FactorRemoved(Optional<GrantRefusal> refusal) {}

    public record FindFactor(UserId user) {}

    public record FactorFound(Optional<FactorStatus> status) {}

    /**
     * Whether an account has a second factor.
     *
     * @param recoveryCodes how many are left
     */
    public record FactorStatus(boolean enabled, int recoveryCodes) {}
}
