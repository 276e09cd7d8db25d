import{createRequire as createBundleRequire}from'node:module';const require=createBundleRequire(import.meta.url);
var BEGIN="<!-- agent-waves:begin -->",END="<!-- agent-waves:end -->";function findOwnPart(body){let span=spanIn(body);return span&&body.slice(span.start,span.end).replaceAll(`\r
`,`
`)}function hasMarkers(body){return markersIn(body).length>0}function spanIn(body){let all=markersIn(body),[begin,end,more]=all.length>2?all.filter(({inCode})=>!inCode):all;return begin?.begins&&end&&!end.begins&&!more?{start:begin.start,end:end.end}:void 0}function markersIn(body){if(!body.includes(BEGIN)&&!body.includes(END))return[];let markers=[],inCode=!1,start=0;for(let line of body.split(`
`)){let text=line.replace(/\r$/,"");/^ {0,3}(?:```|~~~)/.test(text)&&(inCode=!inCode),(text===BEGIN||text===END)&&markers.push({start,end:start+text.length,begins:text===BEGIN,inCode}),start+=line.length+1}return markers}var MAX_BODY=65536;export{findOwnPart,hasMarkers,MAX_BODY};
