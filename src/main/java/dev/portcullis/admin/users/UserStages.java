package dev.portcullis.admin.users;

import dev.portcullis.auth.account.UserAccounts;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.broadcast.user.UserStreams;
import dev.portcullis.rooms.UserRooms;
import dev.portcullis.uploads.UserUploads;

/** Which stages keep something of a user: each is asked for its own part. */
public record UserStages(
        UserAccounts accounts, Revoker revoker, UserRooms rooms, UserStreams streams, UserUploads uploads) {}
