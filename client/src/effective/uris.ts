/** The addresses of documents about units and profiles, as VS Code opens them. */

import * as vscode from 'vscode';
import { profileScheme } from '../../../server/src/protocol-profiles.ts';
import { effectiveAddress, effectiveScheme, profileAddress } from './addresses.ts';

/** The address of the effective unit of a document. */
export const effectiveUri = (uri: vscode.Uri, profile?: string): vscode.Uri =>
  vscode.Uri.from({ scheme: effectiveScheme, ...effectiveAddress({ uri: uri.toString(), ...(profile !== undefined && { profile }) }) });

/** The address of a profile that has no file here. */
export const profileUri = (name: string, systemd: number): vscode.Uri =>
  vscode.Uri.from({ scheme: profileScheme, ...profileAddress(name, systemd) });
