/** What an action takes away on a host, told before it is done. */

import { dependencies, type ListedUnit } from '../bus/systemd.ts';
import type { Connection } from '../connection.ts';
import type { Affected, Dependent } from '../host-images-contract.ts';
import { templateOf } from '../units/unit-name.ts';
import { type AttachedUnit, detachRequests, goesWith, isTemplate, loadedUnits } from './image-state.ts';

/** The dependencies that make a unit stop when the other one stops. */
const stopping: readonly string[] = ['RequiredBy', 'RequisiteOf', 'BoundBy', 'ConsistsOf'];

/** The attached units that portabled removes when it detaches the image at this path, those of other images of its name included. */
export function unitsThatGo(path: string, attached: readonly AttachedUnit[], systemdMajor: number): readonly AttachedUnit[] {
  const own = attached.filter(unit => unit.image === path);
  const requests = detachRequests(own);
  return attached.filter(unit => own.includes(unit) || requests.some(request => goesWith(request, unit, systemdMajor)));
}

/** What goes with these attached units. Rejects with a BusError when the host cannot be asked. */
export async function affectedBy({ systemd }: Connection, going: readonly AttachedUnit[]): Promise<Affected> {
  const loaded = await loadedUnits(systemd, going);
  const states = new Map(loaded.map(unit => [unit.name, unit.active]));
  const instances = loaded.filter(({ name }) => !going.some(unit => unit.name === name));
  const units = [
    ...going.map(({ name, image }) => ({ name, from: image, active: states.get(name) ?? 'inactive' })),
    ...instances.map(({ name, active }) => ({ name, from: templateImage(name, going), active })),
  ];
  return { units, dependents: await dependentsOf({ systemd }, loaded) };
}

/** Units with these names that the host has already, from whatever file, and who needs them. */
export async function affectedByNames(connection: Connection, names: readonly string[], of: string): Promise<Affected> {
  const { systemd } = connection;
  const there = (await systemd.listUnits(names.filter(name => !isTemplate(name)))).filter(unit => unit.load !== 'not-found');
  const details = await Promise.all(there.map(unit => systemd.details(unit)));
  const units = there.map(({ name, active }, i) => ({ name, from: details[i]?.fragment || of, active }));
  return { units, dependents: await dependentsOf(connection, there) };
}

async function dependentsOf({ systemd }: Pick<Connection, 'systemd'>, units: readonly ListedUnit[]): Promise<readonly Dependent[]> {
  const own = new Set(units.map(({ name }) => name));
  const found: Dependent[] = [];
  for (const unit of units) {
    const lists = await systemd.dependents(unit);
    for (const kind of dependencies) {
      for (const name of lists.get(kind) ?? []) {
        const stops = stopping.includes(kind);
        // that a target was told to start the unit is what enabling means
        if (own.has(name) || (!stops && name.endsWith('.target')) || found.some(seen => seen.name === name)) continue;
        found.push({ name, needs: unit.name, stops });
      }
    }
  }
  const listed = await systemd.listUnits(found.map(({ name }) => name));
  const active = new Set(listed.filter(unit => unit.active !== 'inactive' && unit.active !== 'failed').map(({ name }) => name));
  return found.filter(({ name }) => active.has(name));
}

function templateImage(instance: string, going: readonly AttachedUnit[]): string {
  const template = templateOf(instance);
  return going.find(unit => unit.name === template)?.image ?? '';
}
