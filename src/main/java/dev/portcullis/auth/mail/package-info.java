/**
 * Does this user read the mail of that address? Makes links, judges those that come back, and sends mails. Owns the mails that
 * wait to be sent; the links of a user are a part of the row of the account.
 */
@NullMarked
package dev.portcullis.auth.mail;

import org.jspecify.annotations.NullMarked;
