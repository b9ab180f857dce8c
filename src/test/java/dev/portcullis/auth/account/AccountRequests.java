package dev.portcullis.auth.account;

import dev.portcullis.auth.account.Accounts.LogIn;
import dev.portcullis.auth.account.Accounts.Refresh;
import dev.portcullis.auth.account.Accounts.Register;
import dev.portcullis.auth.password.PasswordTurn;
import dev.portcullis.protocol.UserId;
import java.util.Optional;

/** Requests of a client that says no more than it must, and keeps its refresh token in a cookie. */
final class AccountRequests {
    private static final PasswordTurn TURN = PasswordTurn.ofUser(new UserId("ann"));

    private AccountRequests() {}

    static Register registration(String name, String email, String password) {
        return new Register(name, email, password, false, Optional.empty(), Optional.empty(), TURN);
    }

    static LogIn login(String email, String password) {
        return login(email, password, Optional.empty());
    }

    /** @param code of the second factor */
    static LogIn login(String email, String password, Optional<String> code) {
        return new LogIn(email, password, false, Optional.empty(), code, TURN);
    }

    static Refresh refreshOf(String token) {
        return new Refresh(token, Optional.empty(), Optional.empty());
    }
}
