package dev.portcullis.auth.account;

import dev.portcullis.config.Section;

/**
 * The section {@code accounts}.
 *
 * @param enabled whether users register and log in here
 */
public record AccountsConfig(boolean enabled) {
    public static AccountsConfig read(Section accounts) {
        return new AccountsConfig(accounts.flag("enabled", false, "whether users register and log in at this server"));
    }
}
