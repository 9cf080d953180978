import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { messageBody, messageId, type DeliveredEvent } from '../../../src/webhooks/delivery.js';
import { signatureHeaders } from '../../../src/webhooks/sign-event.js';
import { newWebhookSecret } from '../../../src/webhooks/webhook-secret.js';

const EVENT: DeliveredEvent = {
  submissionId: '0195d3a0-0000-7000-8000-000000000001',
  judgementId: '0195d3a0-0000-7000-8000-000000000002',
  sequence: 4,
  type: 'judgement.finished',
  data: { judgement_type_id: 'AC', note: 'ü "\u2028' },
  createdAt: new Date('2026-11-25T05:00:00.123Z'),
};

describe('a webhook message', () => {
  const secret = newWebhookSecret();
  const previous = newWebhookSecret();
  const message = { id: messageId(EVENT), time: new Date(), body: messageBody(EVENT) };
  const headers = signatureHeaders(message, [secret, previous]);

  it('is verified by the library of Standard Webhooks, with the new secret and the one before', () => {
    for (const key of [secret, previous]) {
      expect(new Webhook(key).verify(message.body, headers)).toEqual({
        type: 'judgement.finished',
        timestamp: '2026-11-25T05:00:00.123Z',
        data: {
          judgement_type_id: 'AC',
          note: 'ü "\u2028',
          submission_id: EVENT.submissionId,
          judgement_id: EVENT.judgementId,
          sequence: 4,
        },
      });
    }
    expect(() => new Webhook(newWebhookSecret()).verify(message.body, headers)).toThrow();
  });

  it('says of what it is the message in an id that stays the same', () => {
    expect(headers['webhook-id']).toBe('0195d3a0-0000-7000-8000-000000000001.4');
  });

  it('is signed with a secret of 32 random bytes', () => {
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secret).not.toBe(previous);
  });
});
