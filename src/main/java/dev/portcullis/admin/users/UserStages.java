package dev.portcullis.admin.users;

import dev.portcullis.auth.account.UserAccounts;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.broadcast.user.UserStreams;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.rooms.UserRooms;
import dev.portcullis.uploads.UserUploads;
import java.util.Optional;

/**
 * Which stages keep something of a user: each is asked for its own part.
 *
 * @param hooks the events that the application was not told yet, where it is told any
 */
public record UserStages(
        UserAccounts accounts,
        Revoker revoker,
        UserRooms rooms,
        UserStreams streams,
        UserUploads uploads,
        Optional<HookAdministration> hooks) {}
