import { describe, expect, it } from 'vitest';
import { SlotGate, type SlotLease } from '../../../src/sandbox/slot-gate.js';
import { planSlots } from '../../../src/sandbox/slots.js';

function gate(count: number): SlotGate {
  return new SlotGate(planSlots({ count, firstUid: 1, cores: [0, 1] }));
}

/** The lease, if it is granted without anything else having to happen. */
async function atOnce(lease: Promise<SlotLease>): Promise<SlotLease | undefined> {
  const late = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
  return await Promise.race([lease, late]);
}

describe('the slot gate', () => {
  it('grants as many leases as there are slots, each another slot', async () => {
    const slots = gate(2);
    const first = await slots.acquire({ alone: false });
    const second = await slots.acquire({ alone: false });
    expect(first.slot).not.toBe(second.slot);
    const third = slots.acquire({ alone: false });
    expect(await atOnce(third)).toBeUndefined();
    second.release();
    expect((await third).slot).toBe(second.slot);
  });

  it('gives the preferred slot, if it is free', async () => {
    const slots = gate(3);
    const lease = await slots.acquire({ alone: false, prefers: ({ index }) => index === 2 });
    expect(lease.slot.index).toBe(2);
    const other = await slots.acquire({ alone: false, prefers: ({ index }) => index === 2 });
    expect(other.slot.index).not.toBe(2);
  });

  it('grants to be alone only when nothing runs, and lets nobody in meanwhile', async () => {
    const slots = gate(2);
    const before = await slots.acquire({ alone: false });
    const alone = slots.acquire({ alone: true });
    const after = slots.acquire({ alone: false });
    expect(await atOnce(alone)).toBeUndefined();
    expect(await atOnce(after)).toBeUndefined();
    before.release();
    const lease = await alone;
    expect(await atOnce(after)).toBeUndefined();
    lease.release();
    expect((await after).slot).toBeDefined();
  });

  it('lets go of who is aborted while waiting', async () => {
    const slots = gate(1);
    const holder = await slots.acquire({ alone: false });
    const controller = new AbortController();
    const doomed = slots.acquire({ alone: true, signal: controller.signal });
    const patient = slots.acquire({ alone: false });
    controller.abort(new Error('enough'));
    await expect(doomed).rejects.toThrow('enough');
    holder.release();
    expect((await patient).slot).toBeDefined();
  });

  it('lets those behind an aborted wish to be alone in at once', async () => {
    const slots = gate(2);
    await slots.acquire({ alone: false });
    const controller = new AbortController();
    const doomed = slots.acquire({ alone: true, signal: controller.signal });
    const next = slots.acquire({ alone: false });
    controller.abort(new Error('enough'));
    await expect(doomed).rejects.toThrow('enough');
    expect(await atOnce(next)).toBeDefined();
  });

  it('takes a slot back once, however often it is released', async () => {
    const slots = gate(1);
    const first = await slots.acquire({ alone: false });
    first.release();
    first.release();
    await slots.acquire({ alone: false });
    expect(await atOnce(slots.acquire({ alone: false }))).toBeUndefined();
  });
});
